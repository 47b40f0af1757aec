// cspell:ignore corpsu doctr heds quikstart trian wsam
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Command } from "commander";
import { buildProgram } from "../../src/cli/program";
import { failure, pnr } from "./pnr";

function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}

test("the message on a wrong command line names the nearest valid one and the help", async () => {
  const cases: [string[], string][] = [
    [["trian"], "unknown command 'trian' (did you mean train?); see pnr --help"],
    [["train", "--corpsu", "x"], "unknown option '--corpsu' (did you mean --corpus?); see pnr train --help"],
    [["corpus", "stat", "x"], "unknown command 'stat' (did you mean stats?); see pnr corpus --help"],
    [["train"], "--corpus is required; see pnr train --help"],
    [
      ["evaluate", "--run", "r", "--corpus", "c", "--split", "tets"],
      "option '--split <name>' argument 'tets' is invalid. It must be one of train, dev, test; did you mean \"test\"?; see pnr evaluate --help",
    ],
    [
      ["train", "--corpus", "c", "--engine", "wsam"],
      "option '--engine <name>' argument 'wsam' is invalid. It must be one of auto, tensorflow, blas, wasm, cpu; did you mean \"wasm\"?; see pnr train --help",
    ],
    [
      ["train", "--corpus", "c", "--epochs", "2.5"],
      "option '--epochs <number>' argument '2.5' is invalid. It must be a whole number, 1 to 100000; see pnr train --help",
    ],
    [
      ["train", "--corpus", "c", "--config", "f", "--preset", "s0"],
      "option '--preset <name>' cannot be used with option '--config <file>'; see pnr train --help",
    ],
    [
      ["train", "--corpus", "c", "--preset", "quikstart"],
      'There is no preset "quikstart"; did you mean "quickstart"?',
    ],
    [
      ["train", "--corpus", "c", "--set", "model.heds=2"],
      '--set model.heds=2: unknown key "model.heds"; did you mean "heads"?',
    ],
    [
      ["train", "--corpus", "nowhere", "--preset", "genia"],
      "nowhere: no such folder; a corpus is a folder with train.json (and dev.json, test.json) or train.arrow (and dev.arrow, test.arrow), or such files of another format (train.txt, train.jsonl, …); the preset genia is for GENIA 3.02, which pnr corpus fetch genia downloads",
    ],
    [
      ["predict", "--run", "r"],
      "give exactly one of --corpus, --input, --text or a text; see pnr predict --help",
    ],
  ];
  for (const [args, message] of cases) assert.deepEqual(await failure(...args), { code: 2, message });
});

test("a missing run is reported before an engine starts", async () => {
  const runs = await Promise.all(
    [
      ["predict", "--text", __filename],
      ["evaluate", "--corpus", "data/sample"],
      ["plot", "trajectories", "--corpus", "data/sample", "--out", "none.svg"],
    ].map((args) => pnr([...args, "--run", "no-such-run"])),
  );
  for (const { code, stderr } of runs) {
    assert.equal(code, 2);
    assert.match(
      stderr,
      /^pnr: no-such-run: holds no trained model \(there is no such file or folder\)[^\n]*\n$/,
    );
  }
});

test("every command has a description, and commands with an action have examples", () => {
  for (const command of everyCommand(buildProgram())) {
    let help = "";
    command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
    assert.ok(command.description().length > 10, `${command.name()} has a description`);
    if (command.commands.length === 0)
      assert.match(help, /Examples?:\n {2}# .+\n {2}\$ .*pnr /, command.name());
    for (const line of help.split("\n")) assert.ok(line.length <= 130, `${command.name()}: ${line}`);
  }
});

test("help goes to standard output, failures go to standard error, with exit codes", async () => {
  const { version } = JSON.parse(readFileSync(join(__dirname, "../../../package.json"), "utf8"));
  const [help, nothing, printed, wrong, unread] = await Promise.all([
    pnr(["train", "--help"]),
    pnr([]),
    pnr(["--version"]),
    pnr(["doctr"]),
    pnr(["train", "--help"], { unread: true }),
  ]);
  assert.equal(help.code, 0);
  assert.match(help.stdout, /^Usage: pnr train/);
  assert.equal(help.stderr, "");
  assert.equal(nothing.code, 2);
  assert.match(nothing.stderr, /^Usage: pnr /);
  assert.deepEqual(printed, { code: 0, stdout: `${version}\n`, stderr: "" });
  assert.deepEqual(wrong, {
    code: 2,
    stdout: "",
    stderr: "pnr: unknown command 'doctr' (did you mean doctor?); see pnr --help\n",
  });
  assert.deepEqual(unread, { code: 141, stdout: "", stderr: "" });
});

test("every command rejects an invalid path before it does anything", async () => {
  const device = "/dev/null";
  for (const args of [
    ["train", "--corpus", "c", "--out"],
    ["corpus", "split", "c", "--parts", "8,1,1", "--out"],
    ["corpus", "fetch", "weibo", "--out"],
    ["encoder", "pretrain", "--corpus", "c", "--out"],
    ["import", "m.pt", "--out"],
    ["report", "--out"],
    ["sweep", "table2", "--store"],
  ]) {
    for (const [path, problem] of [
      ["", /^option '--\w+ <folder>' argument '' is invalid\. It is empty; see pnr [\w ]+ --help$/],
      [__filename, /^option '--\w+ <folder>' argument '[^']+' is invalid\. It is not a folder; see/],
      [device, /argument '\/dev\/null' is invalid\. It is not a folder; see/],
    ] as const) {
      const { code, message } = await failure(...args, path);
      assert.equal(code, 2);
      assert.match(message!, problem);
    }
  }
  for (const args of [
    ["predict", "--run", "r", "--out", ""],
    ["evaluate", "--corpus", "c", "--run", ""],
  ])
    assert.match((await failure(...args)).message!, /is invalid\. It is empty; see/);
});
