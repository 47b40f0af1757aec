// Files of tensors.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeSafetensors, encodeSafetensors } from "../../../src/base/safetensors";
import { SafetensorsFile, type TensorFile } from "../../../src/base/tensor-files";
import { TorchFile } from "../../../src/base/torch/file";
import { rawSafetensors } from "../../support/folders";
import { writeInput } from "../files";
import { type Growing, type Parts, pick, type Reader } from "../reader";

const fixtures = join(__dirname, "../../../../test/fixtures/encoder");
const fixture = (name: string): Parts => [readFileSync(join(fixtures, name))];

const example = new Map([
  ["b", { shape: [2, 2], values: Float32Array.of(1, -2, 3.5, 1e-40) }],
  ["a", { shape: [], values: Float32Array.of(7) }],
  ["none", { shape: [0, 3], values: new Float32Array() }],
]);

/** The text of the header. Its length is the first number of the file. */
function headerOf(bytes: Buffer): Buffer {
  const length = Number(bytes.readBigUInt64LE(0));
  return bytes.subarray(8, 8 + length);
}

/** Whether a tensor is a table of integers that nobody reads. */
const isUnused = (name: string): boolean => /\bposition_ids$|^ids$/.test(name);

const tensorsOf = (file: TensorFile, bytes: number): void => {
  try {
    let numbers = 0;
    for (const name of [...file.entries.keys()].filter((tensor) => !isUnused(tensor))) {
      const { shape, values } = file.read(name);
      assert.equal(
        values.length,
        shape.reduce((product, side) => product * side, 1),
      );
      numbers += values.length;
      // Tensors may share numbers, but none has more than the file.
      assert.ok(values.length <= bytes);
    }
    assert.ok(numbers < 1e7);
  } finally {
    file.close();
  }
};

/** A PyTorch file of the old format. @param pickle the fourth pickle, which contains the tensors */
const oldTorch = (pickle: string): Buffer =>
  Buffer.from(
    `\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.\x80\x02}q\0.${pickle}\x80\x02]q\0.`,
    "latin1",
  );

/** Lists that each contain the previous one twice. Writing them out would never end. */
const doubled = (times: number): string => `]q\x01${"]q\x02(h\x01h\x01eq\x01".repeat(times)}`;

const torchGrowing: readonly Growing[] = [
  {
    what: "marks",
    ends: /no dictionary|takes values|takes a value/,
    of: (size) => [oldTorch(`${"(".repeat(size)}t.`)],
  },
  {
    what: "nested lists",
    ends: /no dictionary/,
    of: (size) => [oldTorch(`${"(".repeat(size / 2)}${"t".repeat(size / 2)}.`)],
  },
  { what: "a call of a list that doubles itself", ends: /calls/, of: () => [oldTorch(`${doubled(60)})R.`)] },
  {
    what: "a name from a list that doubles itself",
    ends: /names|name that is not text|calls|no dictionary/,
    of: () => [oldTorch(`${doubled(60)}h\x01\x93.`)],
  },
  {
    what: "a call of a list that contains itself",
    ends: /calls/,
    of: () => [oldTorch("]q\x01h\x01ah\x01)R.")],
  },
  {
    what: "a call of nested lists",
    ends: /calls|no dictionary/,
    of: (size) => [oldTorch(`${"(".repeat(size / 2)}${"t".repeat(size / 2)})R.`)],
  },
  { what: "a line", ends: /calls|no dictionary/, of: (size) => [oldTorch(`c${"a".repeat(size)}\nb\n.`)] },
];

const safetensorsGrowing: readonly Growing[] = [
  {
    what: "tensors",
    ends: "read",
    of: (size) => [
      rawSafetensors(
        Object.fromEntries(
          Array.from({ length: size / 64 }, (_, at) => [
            `t${at}`,
            { dtype: "F32", shape: [0], data_offsets: [0, 0] },
          ]),
        ),
      ),
    ],
  },
  {
    what: "sides of one tensor",
    ends: "read",
    of: (size) => [
      rawSafetensors(
        { a: { dtype: "F32", shape: new Array<number>(size / 2).fill(1), data_offsets: [0, 4] } },
        Buffer.alloc(4),
      ),
    ],
  },
  {
    what: "sides of one tensor that do not fit",
    ends: /bytes of data, not/,
    of: (size) => [
      rawSafetensors(
        { a: { dtype: "F32", shape: new Array<number>(size / 2).fill(1), data_offsets: [0, 8] } },
        Buffer.alloc(8),
      ),
    ],
  },
  {
    what: "brackets",
    ends: /not valid JSON|header/,
    of: (size) => [rawSafetensors("[".repeat(size / 2) + "]".repeat(size / 2))],
  },
  {
    what: "a name",
    ends: /bytes of data, not/,
    of: (size) => [
      rawSafetensors(
        { ["a".repeat(size)]: { dtype: "F32", shape: [1], data_offsets: [0, 8] } },
        Buffer.alloc(8),
      ),
    ],
  },
];

export const tensors: readonly Reader[] = [
  {
    name: "safetensors",
    shapes: ["binary"],
    seeds: [
      [encodeSafetensors(example, { format: "pt" })],
      fixture("half.safetensors"),
      fixture("double.safetensors"),
    ],
    words: [
      "F32",
      "F16",
      "BF16",
      "I64",
      "dtype",
      "shape",
      "data_offsets",
      "__metadata__",
      "__proto__",
      "[0,4]",
    ],
    source: "tensors.safetensors",
    growing: safetensorsGrowing,
    seal([bytes], random) {
      // Corrects the length of a changed header.
      if (bytes.length < 8 || random.below(2)) return [bytes];
      const end = bytes.lastIndexOf("}") + 1;
      const sealed = Buffer.from(bytes);
      sealed.writeBigUInt64LE(BigInt(Math.max(0, end - 8)));
      return [sealed];
    },
    read([bytes], random) {
      const path = writeInput("tensors.safetensors", bytes);
      if (random.below(2)) decodeSafetensors(bytes, path);
      else tensorsOf(new SafetensorsFile(path), bytes.length);
    },
  },
  {
    name: "safetensors headers",
    shapes: ["json"],
    seeds: [[headerOf(encodeSafetensors(example, { format: "pt" }))], [headerOf(encodeSafetensors(example))]],
    words: ["F32", "F16", "BF16", "I64", "dtype", "shape", "data_offsets", "__metadata__"],
    source: "tensors.safetensors",
    read([text], random) {
      const bytes = rawSafetensors(text.toString("latin1"), Buffer.alloc(pick([20, 0, 4, 200], random)));
      decodeSafetensors(bytes, "tensors.safetensors");
    },
  },
  {
    name: "PyTorch files",
    shapes: ["binary"],
    seeds: ["tensors.bin", "tensors-old.bin", "archive.bin", "old.bin"].map(fixture),
    words: [
      "torch._utils\n_rebuild_tensor_v2\n",
      "collections\nOrderedDict\n",
      "storage",
      "torch\nFloatStorage\n",
      "cos\nsystem\n",
      "(",
      ")",
      "t",
      "R",
      "q\x01",
      "h\x01",
      "e",
      "u",
      "Q",
      "\x93",
      ".",
    ],
    source: "tensors.bin",
    growing: torchGrowing,
    read([bytes]) {
      tensorsOf(new TorchFile(writeInput("tensors.bin", bytes)), bytes.length);
    },
  },
];
