import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, it } from "node:test";
import { encodeSafetensors, readHeader } from "../../src/base/safetensors";
import { forEachEngine } from "../support/engines";
import { checkFile, everyGoldenFile } from "./check";
import { ownBert } from "./own-bert";

const files = everyGoldenFile();
const fixture = (name: string): string =>
  join(__dirname, "../../../test/fixtures/golden", `${name}.safetensors`);
const folder = mkdtempSync(join(tmpdir(), "pnr-parity-"));
after(() => rmSync(folder, { recursive: true }));

/** A change of one number of a tensor. */
type Change = readonly [tensor: string, index: number, change: (value: number) => number];

/** A copy of a file with some numbers changed. @param name of a fixture, or a path */
function changed(name: string, changes: readonly Change[]): string {
  const bytes = readFileSync(name.endsWith(".safetensors") ? name : fixture(name));
  const { entries, start } = readHeader(bytes, name);
  for (const [tensor, index, change] of changes) {
    const { dtype, data_offsets } = entries.get(tensor)!;
    const offset = start + data_offsets[0] + index * (dtype === "F32" ? 4 : 8);
    if (dtype === "F32") bytes.writeFloatLE(change(bytes.readFloatLE(offset)), offset);
    else if (dtype === "F64") bytes.writeDoubleLE(change(bytes.readDoubleLE(offset)), offset);
    else bytes.writeBigInt64LE(BigInt(change(Number(bytes.readBigInt64LE(offset)))), offset);
  }
  const path = join(folder, `${basename(name, ".safetensors")}_changed.safetensors`);
  writeFileSync(path, bytes);
  return path;
}

const slightly = (value: number) => value + 2e-5;
const more = (value: number) => value + 1e-3;
const relatively = (value: number) => value * 1.0001;
const other = (value: number) => value + 1;

const changes: Readonly<Record<string, readonly Change[]>> = {
  gru_741_s0: [
    ["out.y", 0, slightly],
    ["out.h_n", 14, slightly],
    ["grad.input.x", 3, more],
  ],
  detector_padfirst_s0: [
    ["out.loss", 0, slightly],
    ["out.pyramid.features.2", 300, slightly],
    ["out.pyramid.locs.1", 3, other],
    ["mid.proposer.pyramid.backward_blocks.1.rnn_block.gru", 7, slightly],
    ["mid.proposer.pyramid.forward_blocks.0.conv_block", 9, slightly],
    ["mid.proposer.anchor_attn", 0, slightly],
    ["mid.regressor.layers.1.attention_block.locator.1", 0, slightly],
    ["mid.regressor.layers.0.attention_block.heads_attn", 1, slightly],
    ["out.predictor.locs_pros", 44, slightly],
    ["out.cost.1", 5, relatively],
    ["out.assign.cols.1", 0, other],
    ["out.decode.raw", 1, other],
    ["out.decode.dedup", 3, other],
    ["grad.predictor.trans_queries.0.weight", 40, more],
    ["grad.input.batch_hiddens", 2, more],
  ],
  train_base_s0: [
    ["out.losses", 4, relatively],
    ["out.grad_norms", 2, relatively],
    ["out.lrs", 3, relatively],
    ["after.proposer.norm.bias", 1, more],
  ],
};

forEachEngine((engine) => {
  for (const path of files) {
    it(`computes the numbers of ${basename(path)}`, () => {
      const { verdict, problems } = checkFile(path);
      assert.notEqual(verdict, "off", problems.join("\n"));
    });
  }

  if (engine === "cpu") return;
  for (const [file, fileChanges] of Object.entries(changes)) {
    it(`finds exactly the changed numbers in ${file}`, () => {
      const { verdict, problems } = checkFile(changed(file, fileChanges));
      assert.equal(verdict, "off");
      assert.deepEqual(
        problems.map((problem) => problem.split(" ")[0]).sort(),
        fileChanges.map(([tensor]) => tensor).sort(),
        problems.join("\n"),
      );
    });
  }

  it("ignores padding after the end of a sentence", () => {
    const [tokens, width] = [9, 32]; // the first sentence has 5 tokens
    const last = (tokens - 1) * width;
    const path = changed("detector_padfirst_s0", [["out.proposer.queries", last, other]]);
    assert.equal(checkFile(path).verdict, "same");
  });
});

it("compares a BERT's hidden states, output, loss and gradients", async () => {
  const path = join(folder, "bert_own.safetensors");
  writeFileSync(path, ownBert());
  assert.deepEqual(checkFile(path).problems, []);
  const bertChanges: Change[] = [
    ["out.hidden_states.1", 3, slightly],
    ["out.mean_last4", 4, slightly],
    ["out.loss", 0, more],
    ["grad.embeddings.word_embeddings.weight", 9, other],
    ["grad.encoder.layer.0.attention.self.value.weight", 2, more],
  ];
  const { problems } = checkFile(changed(path, bertChanges));
  assert.deepEqual(
    problems.map((problem) => problem.split(" ")[0]).sort(),
    bertChanges.map(([tensor]) => tensor).sort(),
  );
});

it("prints every file with its differences, and exits with 1", () => {
  const golden = mkdtempSync(join(folder, "all-"));
  copyFileSync(fixture("gru_471_s0"), join(golden, "good.safetensors"));
  copyFileSync(changed("gru_741_s0", [["out.y", 0, other]]), join(golden, "wrong.safetensors"));
  writeFileSync(join(golden, "cut.safetensors"), readFileSync(fixture("gru_741_s0")).subarray(0, 5000));
  writeFileSync(join(golden, "bert.safetensors"), encodeSafetensors(new Map(), { kind: "bert" }));
  writeFileSync(join(golden, "odd.safetensors"), encodeSafetensors(new Map(), { kind: "odd" }));
  writeFileSync(join(golden, "bare.safetensors"), encodeSafetensors(new Map(), { kind: "detector" }));
  const { status, stdout, stderr } = run(golden);
  assert.deepEqual([status, stderr], [1, ""]);
  const lines = stdout.trimEnd().split("\n");
  assert.match(lines[0], /^engine: cpu /);
  assert.match(lines[1], /^bare.safetensors +OFF: its metadata has no "config"$/);
  assert.match(lines[2], /^bert.safetensors +OFF: its metadata has no "select"$/);
  assert.match(
    lines[3],
    /^cut.safetensors +OFF: cut short: tensor ".*" ends at byte \d+ of 5000; get the file again$/,
  );
  assert.match(
    lines[4],
    /^good.safetensors +same {2}outputs .* \(out\..*\) {2}loss .* {2}gradients .* \(grad\..*\)$/,
  );
  assert.match(lines[5], /^odd.safetensors +OFF: unknown kind "odd"$/);
  assert.match(
    lines[6],
    /^wrong.safetensors +OFF: out.y differs by 1\.0e\+0 > 1\.0e-5 {2}outputs 1\.0e\+0 \(out.y\)/,
  );
  assert.equal(lines[7], "1 the same, 5 off");
});

it("exits with 0 if all is the same, and with 2 if there is nothing to compare", () => {
  const golden = mkdtempSync(join(folder, "good-"));
  const nothing = run(golden);
  assert.deepEqual([nothing.status, nothing.stdout], [2, ""]);
  assert.match(
    nothing.stderr,
    /^parity: .*: contains no \.safetensors file; set PNR_GOLDEN to a folder that does\n$/,
  );
  copyFileSync(fixture("gru_471_s0"), join(golden, "a.safetensors"));
  assert.equal(run(golden).status, 0);
  assert.match(run(golden, "--help").stdout, /^Usage: npm run parity/);
  assert.equal(run(golden, "--engin", "cpu").status, 2);
});

function run(golden: string, ...args: string[]) {
  return spawnSync(
    process.execPath,
    [join(__dirname, "parity.js"), ...(args.length ? args : ["--engine", "cpu"])],
    {
      env: { ...process.env, PNR_GOLDEN: golden },
      encoding: "utf8",
    },
  );
}
