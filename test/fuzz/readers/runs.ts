// Files of runs, messages to the kernel, and notebooks.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { splitOutputs } from "../../../notebooks/kernel/cell-outputs";
import { readNotebook } from "../../../notebooks/kernel/notebook-file";
import { renderNotebookPage } from "../../../notebooks/kernel/notebook-page";
import { pack, unpack } from "../../../notebooks/kernel/wire";
import { presets } from "../../../src/config/presets";
import { runsIn } from "../../../src/experiments/overview";
import { usualScoring } from "../../../src/experiments/results/run-record";
import { runsOfStore } from "../../../src/experiments/results/store";
import { readSentenceResults } from "../../../src/experiments/run/run-result";
import { attentionHeads } from "../../../src/experiments/settings";
import { readResult, readRun, readTraining } from "../../../src/training/run-folder";
import { writeFakeRun } from "../../experiments/fake-runs";
import { processFolder, writeInput } from "../files";
import type { Growing, Parts, Reader } from "../reader";

const store = join(processFolder(), "store");
mkdirSync(store, { recursive: true });
const id = writeFakeRun(store, { plan: "figure6", setting: attentionHeads[0].label, seed: 1 });
mkdirSync(join(store, id, "claims"), { recursive: true });
const claim = { host: "elsewhere", machine: "m", boot: "b", space: "s", pid: 1, started: "once" };
writeFileSync(join(store, id, "claims/0001.json"), JSON.stringify(claim));
const predictions = join(store, id, "predictions.json");
const { types, sentences } = JSON.parse(readFileSync(predictions, "utf8"));
writeFileSync(predictions, JSON.stringify({ types, sentences: sentences.slice(0, 4) }));
const wholeRun = new Map(
  ["spec.json", "result.json", "predictions.json", "claims/0001.json"].map((name) => [
    name,
    readFileSync(join(store, id, name)),
  ]),
);
wholeRun.set("failure.json", Buffer.from(JSON.stringify({ attempt: 1, message: "no", expected: true })));
wholeRun.set("progress.json", Buffer.from(JSON.stringify({ phase: "epoch 1/2", done: 1, total: 9 })));
for (const [name, bytes] of wholeRun) writeFileSync(join(store, id, name), bytes);
const names = readdirSync(join(store, id)).sort();
const scoring = { ...usualScoring, spuriousLength: "own" } as const;

/** The folder of a run with one broken file, read like `pnr results` and `pnr sweep` do. */
function fileOfRun(name: string): Reader {
  const bytes = wholeRun.get(name)!;
  const isInformation = ["failure.json", "progress.json", "claims/0001.json"].includes(name);
  const lacksResult = !["spec.json", "result.json", "predictions.json"].includes(name);
  return {
    name: `a run's ${name.replace("/0001", "")}`,
    shapes: ["json"],
    seeds: [[bytes]],
    words: [
      "f1",
      "gold",
      "accepted",
      "types",
      "epochs",
      "scores",
      "overall",
      "config",
      "corpus",
      "pid",
      "host",
    ],
    source: isInformation ? "never rejected: information for people" : id,
    read([broken]) {
      const path = join(store, id, name);
      writeFileSync(path, broken);
      if (lacksResult) rmSync(join(store, id, "result.json"), { force: true });
      try {
        if (name === "predictions.json") readSentenceResults(join(store, id));
        else runsIn(store);
        if (name === "result.json") runsOfStore(store, scoring);
        // Reading must not claim, repair or write anything.
        assert.deepEqual(
          readdirSync(join(store, id)).sort(),
          lacksResult ? names.filter((file) => file !== "result.json") : names,
        );
      } finally {
        writeFileSync(path, bytes);
        if (lacksResult) writeFileSync(join(store, id, "result.json"), wholeRun.get("result.json")!);
      }
    },
  };
}

const run = { config: presets.quickstart, corpus: { name: "sample", hash: "c".repeat(64) } };
const report = { epoch: 1, loss: 2.5, seconds: 3, sentencesPerSecond: 20, best: true };

const training: readonly Reader[] = [
  {
    name: "a training's run.json",
    shapes: ["json"],
    seeds: [[Buffer.from(JSON.stringify(run))]],
    words: ["config", "corpus", "name", "hash"],
    source: "run.json",
    read: ([bytes]) => readRun(join(writeInput("run.json", bytes), "..")),
  },
  {
    name: "a training's log.jsonl",
    shapes: ["json"],
    seeds: [[Buffer.from(`${JSON.stringify(report)}\n${JSON.stringify({ ...report, epoch: 2 })}\n`)]],
    words: Object.keys(report),
    source: "log.jsonl",
    growing: [{ what: "blank lines", ends: "read", of: (size) => [Buffer.from("\n".repeat(size))] }],
    read: ([bytes]) => readTraining(join(writeInput("log.jsonl", bytes), "..")),
  },
  {
    name: "a training's result.json",
    shapes: ["json"],
    seeds: [
      [
        Buffer.from(
          JSON.stringify({
            ...{ epochs: [report], scores: {}, bestEpoch: 1, seconds: 3, parameters: 5, engine: "wasm" },
            ...{ corpus: run.corpus, directory: "runs/a" },
          }),
        ),
      ],
    ],
    words: ["epochs", "bestEpoch", "seconds", "parameters"],
    source: "result.json",
    read: ([bytes]) => readResult(join(writeInput("result.json", bytes), "..")),
  },
];

const key = "a key of the tests";
const delimiter = "<IDS|MSG>";
const partsOf = (frames: readonly (string | Buffer)[]): Parts => frames.map((frame) => Buffer.from(frame));

const message = (type: string, content: object): Parts =>
  partsOf([Buffer.from([1, 2, 3]), ...pack(key, "session", type, content).frames]);

const wire: Reader = {
  name: "messages to the kernel",
  shapes: ["binary", "text", "text", "json", "json", "json", "json"],
  seeds: [
    message("execute_request", { code: "1", silent: false }),
    message("comm_msg", { comm_id: "x", data: {} }),
  ],
  words: ["msg_id", "msg_type", "session", "execute_request", delimiter],
  source: "a message",
  seal(parts, random) {
    if (!random.below(4)) return parts;
    const hash = createHmac("sha256", key);
    for (const part of parts.slice(3)) hash.update(part);
    return parts.with(2, Buffer.from(hash.digest("hex")));
  },
  read(parts, random) {
    const {
      header,
      type,
      id: name,
      content,
    } = unpack(key, random.below(8) ? parts : parts.slice(random.below(7)));
    if (typeof type !== "string" || typeof name !== "string") throw new Error("a message without type or id");
    if (typeof content !== "object" || content === null || typeof header !== "object")
      throw new Error("a message without content");
  },
};

const notebook = {
  cells: [
    { cell_type: "markdown", metadata: {}, source: ["# A title\n", "text"] },
    {
      cell_type: "code",
      metadata: {},
      execution_count: 1,
      source: "1 + 1",
      outputs: [
        { output_type: "stream", name: "stdout", text: "out\n" },
        { output_type: "display_data", metadata: {}, data: { "text/html": "<b>x</b>", "text/plain": "x" } },
        { output_type: "error", ename: "E", evalue: "v", traceback: ["\u001b[31mE\u001b[0m"] },
      ],
    },
  ],
  metadata: { kernelspec: { name: "tslab" } },
  nbformat: 4,
  nbformat_minor: 5,
};

function bookOf(what: string, outputs: (size: number) => readonly object[]): Growing {
  const cell = notebook.cells[1];
  return {
    what,
    ends: "read",
    of: (size) => [
      Buffer.from(JSON.stringify({ ...notebook, cells: [{ ...cell, outputs: outputs(size) }] })),
    ],
  };
}

export const runs: readonly Reader[] = [
  ...[...wholeRun.keys()].map(fileOfRun),
  ...training,
  wire,
  {
    name: "notebooks",
    shapes: ["json"],
    seeds: [[Buffer.from(JSON.stringify(notebook))]],
    words: ["cells", "cell_type", "outputs", "output_type", "data", "source", "text/html", "image/png"],
    source: "book.ipynb",
    growing: [
      bookOf("a printed line", (size) => [{ output_type: "stream", name: "stdout", text: "x".repeat(size) }]),
      bookOf("terminal codes", (size) => [
        { output_type: "stream", name: "stdout", text: "\u001b[".repeat(size / 2) },
      ]),
      bookOf("returns", (size) => [{ output_type: "stream", name: "stdout", text: "a\r".repeat(size / 2) }]),
      bookOf("outputs", (size) =>
        new Array<object>(size / 64).fill({ output_type: "stream", name: "stdout", text: "a" }),
      ),
    ],
    read([bytes], random) {
      const read = readNotebook(writeInput("book.ipynb", bytes));
      if (random.below(2)) return;
      splitOutputs(read);
      renderNotebookPage(read);
    },
  },
];
