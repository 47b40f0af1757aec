import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, describe, it } from "node:test";
import { encodeSafetensors, readHeader } from "../../src/base/safetensors";
import { forEachEngine } from "../support/engines";
import { checkFile, everyGoldenFile } from "./check";

const files = everyGoldenFile();
const fixture = (name: string): string =>
  join(__dirname, "../../../test/fixtures/golden", `${name}.safetensors`);
const folder = mkdtempSync(join(tmpdir(), "pnr-parity-"));
after(() => rmSync(folder, { recursive: true }));

/** A copy in which one number of one tensor is another. */
function changed(name: string, tensor: string, at: number, change: (value: number) => number): string {
  const bytes = readFileSync(fixture(name));
  const { entries, start } = readHeader(bytes, name);
  const { dtype, data_offsets } = entries.get(tensor)!;
  const width = dtype === "F32" ? 4 : 8;
  const place = start + data_offsets[0] + at * width;
  if (dtype === "F32") bytes.writeFloatLE(change(bytes.readFloatLE(place)), place);
  else if (dtype === "F64") bytes.writeDoubleLE(change(bytes.readDoubleLE(place)), place);
  else bytes.writeBigInt64LE(BigInt(change(Number(bytes.readBigInt64LE(place)))), place);
  const path = join(folder, `${name}_changed.safetensors`);
  writeFileSync(path, bytes);
  return path;
}

forEachEngine((engine) => {
  for (const path of files) {
    it(`computes the numbers of ${basename(path)}`, () => {
      const { verdict, problems } = checkFile(path);
      assert.notEqual(verdict, "off", problems.join("\n"));
    });
  }

  if (engine === "cpu") return;
  describe("a file with one changed number", () => {
    const least = (value: number) => value + 2e-5;
    const cases: [file: string, tensor: string, at: number, change: (value: number) => number][] = [
      ["gru_741_s0", "out.y", 0, least],
      ["gru_741_s0", "out.h_n", 14, least],
      ["gru_741_s0", "grad.input.x", 3, (value) => value + 1e-3],
      ["detector_padfirst_s0", "out.loss", 0, least],
      ["detector_padfirst_s0", "out.pyramid.features.2", 300, least],
      ["detector_padfirst_s0", "mid.proposer.pyramid.backward_blocks.1.rnn_block.gru", 7, least],
      ["detector_padfirst_s0", "mid.regressor.layers.1.attention_block.locator.1", 0, least],
      ["detector_padfirst_s0", "mid.regressor.layers.0.attention_block.heads_attn", 1, least],
      ["detector_padfirst_s0", "out.predictor.locs_pros", 44, least],
      ["detector_padfirst_s0", "out.cost.1", 5, (value) => value * 1.0001],
      ["detector_padfirst_s0", "out.assign.cols.1", 0, (value) => value + 1],
      ["detector_padfirst_s0", "out.decode.raw", 1, (value) => value + 1],
      ["detector_padfirst_s0", "out.decode.dedup", 3, (value) => value + 1],
      ["detector_padfirst_s0", "grad.predictor.trans_queries.0.weight", 40, (value) => value + 1e-3],
      ["train_base_s0", "out.losses", 4, (value) => value * 1.0001],
      ["train_base_s0", "out.grad_norms", 2, (value) => value * 1.0001],
      ["train_base_s0", "out.lrs", 3, (value) => value * 1.0001],
      ["train_base_s0", "after.proposer.norm.bias", 1, (value) => value + 1e-4],
    ];
    for (const [file, tensor, at, change] of cases) {
      it(`is off where it is ${tensor} of ${file}`, () => {
        const { verdict, problems } = checkFile(changed(file, tensor, at, change));
        assert.equal(verdict, "off");
        assert.equal(problems.length, 1, problems.join("\n"));
        assert.ok(problems[0].startsWith(`${tensor} `), problems[0]);
      });
    }

    it("is the same where nothing reads that number: behind the end of a sentence", () => {
      const [tokens, width] = [9, 32]; // the first sentence has 5 tokens
      const path = changed("detector_padfirst_s0", "out.proposer.queries", (tokens - 1) * width, () => 1);
      assert.equal(checkFile(path).verdict, "same");
    });
  });
});

it("lists every file, says what is off and why, and leaves with 1", () => {
  const there = mkdtempSync(join(folder, "all-"));
  copyFileSync(fixture("gru_471_s0"), join(there, "good.safetensors"));
  copyFileSync(
    changed("gru_741_s0", "out.y", 0, (value) => value + 1),
    join(there, "wrong.safetensors"),
  );
  writeFileSync(join(there, "cut.safetensors"), readFileSync(fixture("gru_741_s0")).subarray(0, 5000));
  writeFileSync(join(there, "bert.safetensors"), encodeSafetensors(new Map(), { kind: "bert" }));
  writeFileSync(join(there, "odd.safetensors"), encodeSafetensors(new Map(), { kind: "odd" }));
  writeFileSync(join(there, "bare.safetensors"), encodeSafetensors(new Map(), { kind: "detector" }));
  const { status, stdout, stderr } = run(there);
  assert.deepEqual([status, stderr], [1, ""]);
  const lines = stdout.trimEnd().split("\n");
  assert.match(lines[0], /^engine: cpu /);
  assert.match(lines[1], /^bare.safetensors +OFF: its metadata has no "config"$/);
  assert.match(lines[2], /^bert.safetensors +waiting: needs the BERT encoder$/);
  assert.match(lines[3], /^cut.safetensors +OFF: cut short: tensor ".*" ends at byte \d+ of 5000$/);
  assert.match(
    lines[4],
    /^good.safetensors +same {2}outputs .* \(out\..*\) {2}loss .* {2}gradients .* \(grad\..*\)$/,
  );
  assert.match(lines[5], /^odd.safetensors +OFF: unknown kind "odd"$/);
  assert.match(
    lines[6],
    /^wrong.safetensors +OFF: out.y differs by 1\.0e\+0 > 1\.0e-5 {2}outputs 1\.0e\+0 \(out.y\)/,
  );
  assert.equal(lines[7], "1 the same, 4 off, 1 waiting");
});

it("leaves with 0 where all is the same, and with 2 where there is nothing to compare", () => {
  const there = mkdtempSync(join(folder, "good-"));
  const nothing = run(there);
  assert.deepEqual([nothing.status, nothing.stdout], [2, ""]);
  assert.match(
    nothing.stderr,
    /^parity: .*: holds no \.safetensors file; set PNR_GOLDEN to one that does\n$/,
  );
  copyFileSync(fixture("gru_471_s0"), join(there, "a.safetensors"));
  assert.equal(run(there).status, 0);
  assert.match(run(there, "--help").stdout, /^Usage: npm run parity/);
  assert.equal(run(there, "--engin", "cpu").status, 2);
});

function run(golden: string, ...args: string[]) {
  return spawnSync(
    process.execPath,
    [join(__dirname, "run.js"), ...(args.length ? args : ["--engine", "cpu"])],
    {
      env: { ...process.env, PNR_GOLDEN: golden },
      encoding: "utf8",
    },
  );
}
