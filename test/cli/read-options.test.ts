// Every command that reads a corpus has the options for reading it.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { Command } from "commander";
import { buildProgram } from "../../src/cli/program";
import { addReadOptions, corpusArguments } from "../../src/cli/shared/corpus-options";
import { testFolder } from "../support/folders";
import { type Finished, failure, pnr } from "./pnr";
import { trainArgs } from "./tiny-run";

const folder = testFolder("read-options");
const corpus = join(folder, "corpus");
const run = join(folder, "run");
/** For tags without a type, before the tokens, in files that are not recognized as columns. */
const reading = ["--columns", "tag,token", "--type", "Disease"];
let trained: Finished;

before(async () => {
  mkdirSync(corpus);
  for (const split of ["train", "devel", "test"]) {
    const rows = ["O the", "B lung", "I cancer", "O grew", ""];
    writeFileSync(join(corpus, `${split}.txt`), `${rows.join("\n")}\n`.repeat(6));
  }
  trained = await pnr(trainArgs(corpus, run, "--epochs", "1", ...reading));
});

const leaves = (command: Command): Command[] =>
  command.commands.length ? command.commands.flatMap(leaves) : [command];

test("all options of the readers belong to every command that takes a corpus", () => {
  const reader = new Command();
  addReadOptions(reader);
  const flags = reader.options.map(({ long }) => long!);
  assert.ok(flags.includes("--columns") && flags.includes("--from") && flags.includes("--as-released"));
  const readers = leaves(buildProgram()).filter(
    ({ options, registeredArguments }) =>
      options.some(({ long }) => long === "--corpus") ||
      registeredArguments.some((argument) => argument.name() === "corpus"),
  );
  // train, evaluate, predict, plot except training, vectors info, encoder pretrain, corpus stats, check, convert
  assert.ok(readers.length >= 13, readers.map((command) => command.name()).join());
  for (const command of readers) {
    const options = command.options.map(({ long }) => long);
    assert.deepEqual(
      flags.filter((flag) => !options.includes(flag)),
      [],
      command.name(),
    );
  }
});

test("a run is trained, scored and used on a corpus that needs options, and proposes commands that have them", async () => {
  assert.equal(trained.code, 0, trained.stderr);
  assert.match(trained.stdout, /^type Disease /m);
  const next = trained.stdout.match(/^Next: pnr (.*)$/m) ?? assert.fail(trained.stdout);
  assert.equal(
    next[1],
    `predict --run ${run} --corpus ${corpus} --columns tag,token --type Disease --split test`,
  );
  const out = join(folder, "out");
  const [predicted, evaluated, stats, pretrained, plotted, vectors, without] = await Promise.all([
    pnr(next[1].split(" ")),
    pnr(["evaluate", "--run", run, "--corpus", corpus, ...reading, "--json"]),
    pnr(["corpus", "stats", corpus, ...reading, "--json"]),
    pnr([
      "encoder",
      "pretrain",
      "--corpus",
      corpus,
      "--out",
      out,
      "--epochs",
      "1",
      "--layers",
      "1",
      ...reading,
    ]),
    pnr(["plot", "sentence", "--run", run, "--corpus", corpus, ...reading]),
    pnr(["vectors", "info", vectorFile(), "--corpus", corpus, ...reading, "--json"]),
    failure("evaluate", "--run", run, "--corpus", corpus),
  ]);
  for (const { code, stderr } of [predicted, evaluated, stats, pretrained, plotted, vectors])
    assert.equal(code, 0, stderr);
  assert.equal(predicted.stdout.trim().split("\n").length, 6);
  assert.equal(JSON.parse(evaluated.stdout).scores.overall.gold, 6);
  assert.deepEqual(JSON.parse(stats.stdout).types, ["Disease"]);
  assert.match(pretrained.stdout, / --columns tag,token --type Disease --set model\.bert\.from=/);
  assert.match(plotted.stdout, /lung cancer.*Disease/s);
  assert.equal(JSON.parse(vectors.stdout).coverage.train.occurrences.missing, 12);
  assert.equal(without.code, 2);
  assert.match(without.message!, /devel\.txt: is of no known format; /);
});

function vectorFile(): string {
  const file = join(folder, "vectors.txt");
  writeFileSync(file, "lung 1 2\ncancer 2 3\n");
  return file;
}

test("a resumed run must read its corpus with the same options", async () => {
  const other = ["--columns", "tag,token", "--type", "Illness"];
  const { code, message } = await failure(...trainArgs(corpus, run, "--epochs", "1", ...other));
  assert.equal(code, 2);
  assert.match(message!, /holds a run with another setting \(the content of corpus corpus differs\)/);
  assert.ok(readFileSync(join(run, "result.json"), "utf8").includes("Disease"));
});

test("options of a corpus are refused for a text, and the other way round", async () => {
  const input = join(folder, "input.jsonl");
  writeFileSync(input, '{"tokens": ["lung"]}\n');
  const refused = async (...args: string[]): Promise<string> => {
    const { code, message } = await failure("predict", "--run", run, ...args);
    assert.equal(code, 2);
    return message!;
  };
  const wayOut = "is for reading a corpus; add --corpus, or omit it";
  assert.equal(await refused("--input", input, "--columns", "token"), `--columns ${wayOut}`);
  assert.equal(await refused("--text", input, "--as-released"), `--as-released ${wayOut}`);
  assert.equal(await refused("--text", input, "--sentence-ends", "."), `--sentence-ends ${wayOut}`);
  assert.equal(
    await refused("--text", input, "--tokens", "space"),
    "--tokens space: for a text it must be one of auto, word, character",
  );
  assert.equal(
    await refused("--corpus", corpus, "--tokens", "character"),
    "--tokens character: for a corpus it must be one of words, space",
  );
});

test("the arguments of a corpus are copied from a command line unchanged", () => {
  const line = [
    "train",
    "--seed",
    "2",
    "--columns=tag,token",
    "--corpus",
    "old",
    "--as-released",
    "--from",
    "conll",
  ];
  assert.deepEqual(corpusArguments("c", [...line, "--sentence-ends", ". !", "--from-disk"]), [
    ...["--corpus", "c", "--columns=tag,token", "--as-released", "--from", "conll", "--sentence-ends", ". !"],
  ]);
});
