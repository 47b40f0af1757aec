import assert from "node:assert/strict";
import { type ChildProcess, execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type Finished, failure, pnr } from "./pnr";

const folder = mkdtempSync(join(tmpdir(), "pnr-run-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const corpus = join(folder, "corpus");
const run = join(folder, "run");
const tiny = [
  ...["model.hidden=8", "model.heads=2", "model.layers=1", "model.kernels=[2]"],
  'model.embedding={"characters":2,"words":4,"pos":2}',
];
const sentence = (gene: string) => ({
  tokens: ["the", gene, "gene", "rose"],
  entities: [{ start: 1, end: 3, type: "DNA" }],
});
const train = (out: string, ...more: string[]): string[] => [
  ...["train", "--corpus", corpus, "--out", out, "--set", ...tiny],
  ...more,
];
let trained: Finished;

before(async () => {
  mkdirSync(corpus);
  const write = (split: string, genes: string[]) =>
    writeFileSync(join(corpus, `${split}.json`), JSON.stringify(genes.map(sentence)));
  write("train", ["abc", "def", "ghi", "jkl"]);
  write("dev", ["mno", "pqr"]);
  write("test", ["stu"]);
  trained = await pnr(train(run, "--epochs", "2", "--json"));
});

test("train writes a run's folder, its result as one JSON document, and its progress to standard error", () => {
  assert.equal(trained.code, 0, trained.stderr);
  const result = JSON.parse(trained.stdout);
  assert.equal(result.epochs.length, 2);
  assert.equal(result.scores.test.overall.gold, 1);
  assert.match(trained.stderr, /^engine: /);
  assert.match(
    trained.stderr,
    /^ +epoch +loss +dev P +dev R +dev F1 +seconds\n +1 .*\nafter step 1 no .*, which is normal: .*\n +2 /m,
  );
  for (const file of ["run.json", "log.jsonl", "best.json", "result.json"])
    assert.ok(existsSync(join(run, file)), file);
});

test("train reports the number of trained parameters, and of the sentences behind a limited dev score", async () => {
  const limited = ['training.freeze=["encoder"]', "--limit-dev", "1", "--epochs", "1"];
  const { code, stdout, stderr } = await pnr(train(join(folder, "limited"), ...limited));
  assert.equal(code, 0, stderr);
  const [, trainable, all] =
    stderr.match(/^training ([\d,]+) of ([\d,]+) parameters \(the others are frozen\) on 4 sentences /m) ??
    [];
  const number = (text: string) => Number(text?.replaceAll(",", ""));
  assert.ok(number(trainable) > 0 && number(trainable) < number(all), stderr);
  const whole =
    trained.stderr.match(/^training ([\d,]+) parameters on 4 sentences /m) ?? assert.fail(trained.stderr);
  assert.equal(whole[1], all, "the same model");
  assert.match(stderr, /dev scores are of its first 1 sentences of 2 \(training\.limitDev\)/);
  assert.match(stdout, /^dev, the first 1 of 2 sentences\n(?:.*\n)+test\n/m);
});

test("the command that resumes a run is quoted for the shell", async () => {
  const strange = join(folder, "q;touch X");
  const { code, stdout } = await pnr(train(strange, "--epochs", "1"));
  assert.equal(code, 0);
  assert.match(stdout, /\nNext: pnr predict --run '\/[^']*q;touch X' --corpus \S+ --split test\n$/);
});

test("plot draws the notebooks' widgets, in several formats", async () => {
  const [svg, csv] = ["trajectories.svg", "trajectories.csv"].map((name) => join(folder, name));
  const about = ["--run", run, "--corpus", corpus, "--split", "dev", "--sentence", "1"];
  const [plot, printed, scores, late, missing] = await Promise.all([
    pnr(["plot", "trajectories", ...about, "--out", svg, "--out", csv]),
    pnr(["plot", "training", "--run", run]),
    pnr(["plot", "scores", "--run", run, "--corpus", corpus, "--out", join(folder, "scores.png")]),
    pnr(["plot", "attention", ...about, "--layer", "2"]),
    pnr(["plot", "sentence", "--run", run, "--corpus", corpus, "--split", "dev", "--sentence", "2"]),
  ]);
  assert.equal(plot.code, 0, plot.stderr);
  assert.match(readFileSync(svg, "utf8"), /^<svg .*pqr/s);
  assert.match(readFileSync(csv, "utf8"), /^[a-z_ ]+,/);
  assert.match(printed.stdout, /^epoch 1 {2}loss /);
  assert.equal(scores.code, 0, scores.stderr);
  assert.equal(readFileSync(join(folder, "scores.png")).toString("latin1", 1, 4), "PNG");
  assert.deepEqual(
    [late.code, late.stderr.trim().split("\n").at(-1)],
    [2, "pnr: layer 2 does not exist: this trace has layers 1 to 1"],
  );
  assert.match(missing.stderr, /pnr: --sentence 2: .*dev\.json has sentences 0 to 1\n$/);
});

test("evaluate and predict read the run", async () => {
  const out = join(folder, "predicted.jsonl");
  const input = '{"tokens": ["the", "vwx", "gene"], "source": 7}\n{"tokens": ["rose"], "pos": ["VERB"]}\n';
  const released = ["--spurious-length", "released"];
  const [evaluated, predicted, some] = await Promise.all([
    pnr(["evaluate", "--run", run, "--corpus", corpus, "--split", "test", "--json", ...released]),
    pnr(["predict", "--run", run, "--input", "-"], { input }),
    pnr(["predict", "--run", run, "--corpus", corpus, "--split", "dev", "--out", out]),
  ]);
  const { spuriousLength, scores } = JSON.parse(evaluated.stdout);
  const { byLength: _released, ...others } = scores;
  const { byLength: _own, ...trainedOthers } = JSON.parse(trained.stdout).scores.test;
  assert.equal(spuriousLength, "released");
  assert.deepEqual(others, trainedOthers);
  const lines = predicted.stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    lines.map(({ entities, ...record }) => record),
    [
      { tokens: ["the", "vwx", "gene"], source: 7 },
      { tokens: ["rose"], pos: ["VERB"] },
    ],
  );
  assert.ok(lines.every(({ entities }) => Array.isArray(entities)));
  assert.equal(some.stdout, "");
  assert.equal(readFileSync(out, "utf8").split("\n").length, 3);
});

test("an invalid line ends the prediction after the lines before it, and no output file appears", async () => {
  const bad = join(folder, "bad.jsonl");
  const out = join(folder, "bad-out", "predicted.jsonl");
  writeFileSync(bad, '{"tokens": ["the"]}\n\n{"tokens": ["gene"]}\n{"tokens": "rose"}\n{"tokens": ["x"]}\n');
  const predict = ["predict", "--run", run, "--input"];
  const { code, stdout, stderr } = await pnr([...predict, "-", "--window", "1"], {
    input: readFileSync(bad, "utf8"),
  });
  assert.equal(code, 2);
  assert.deepEqual(
    stdout.split("\n").map((line) => line && JSON.parse(line).tokens),
    [["the"], ["gene"], ""],
  );
  assert.match(stderr, /^line 1 has no part-of-speech tags/m);
  assert.match(stderr, /^pnr: standard input: line 4: tokens: must be a list of strings, not "rose"\n$/m);
  const failed = await failure(...predict, bad, "--out", out);
  assert.equal(failed.code, 2);
  assert.match(failed.message!, /bad\.jsonl: line 4: tokens: must be/);
  assert.deepEqual(readdirSync(join(folder, "bad-out")), []);
  for (const [input, problem] of [
    [join(folder, "none.jsonl"), /none\.jsonl: no such file/],
    [folder, /cannot be read \(is a folder\)/],
  ] as const)
    assert.match((await failure(...predict, input)).message!, problem);
  assert.match(
    (await failure(...predict, bad, "--out", folder)).message!,
    /cannot be written \(is a folder\)/,
  );
});

test("predict skips and names sentences that are too long, and predicts the rest", async () => {
  const out = join(folder, "skipped.jsonl");
  const long = JSON.stringify({ tokens: new Array(20_000).fill("gene"), pos: new Array(20_000).fill("X") });
  const input = `{"tokens": ["the", "gene"]}\n${long}\n{"tokens": ["rose"]}\n`;
  const predict = ["predict", "--run", run, "--input", "-", "--out", out];
  const [memory, length] = [
    await pnr(predict, { input }),
    await pnr([...predict.slice(0, -1), `${out}-2`, "--max-length", "1"], { input }),
  ];
  assert.equal(memory.code, 1, memory.stderr);
  assert.match(memory.stderr, /^line 2 has 20,000 tokens and needs about [^\n]*; skipped$/m);
  assert.match(memory.stderr, /\npnr: 1 sentences were skipped [^\n]* --max-length [^\n]*\n$/);
  const skipped = (path: string) =>
    readFileSync(path, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).skipped);
  assert.deepEqual(skipped(out), [undefined, true, undefined]);
  assert.equal(length.code, 0, length.stderr);
  assert.match(length.stderr, /^line 1 has 2 tokens, more than 1; skipped$/m);
  assert.match(length.stderr, /; 2 skipped\n$/);
  assert.deepEqual(skipped(`${out}-2`), [true, true, undefined]);
});

/** A stream of input without end. */
function endless(child: ChildProcess): void {
  const line = `${JSON.stringify({ tokens: ["the", "gene"], pos: ["X", "X"] })}\n`;
  child.stdin!.on("error", () => {});
  const more = (): void => {
    while (child.stdin!.writable && child.stdin!.write(line));
  };
  child.stdin!.on("drain", more);
  more();
}

test("predict stops at Ctrl-C, even while it waits for input, and exits quietly if the reader of its output leaves", async () => {
  const predict = ["predict", "--run", run, "--input", "-", "--batch-size", "4", "--window", "4"];
  const interrupted = (args: string[], feed: (child: ChildProcess) => void) => {
    let done = false;
    return pnr([...predict, ...args], {
      feed,
      onOutput: (text, pid) => {
        if (done || !text.includes("\n")) return;
        done = true;
        process.kill(pid, "SIGINT");
      },
    });
  };
  const waiting = (child: ChildProcess) => {
    child.stdin!.write('{"tokens": ["the"], "pos": ["X"]}\n'.repeat(4));
  };
  for (const feed of [endless, waiting]) {
    const { code, stdout, stderr } = await interrupted([], feed);
    assert.equal(code, 130, stderr);
    assert.match(stderr, /^stopping after this batch/m);
    assert.match(stderr, /pnr: stopped: [\d,]+ sentences predicted, [^\n]* per second\n$/);
    for (const line of stdout.trimEnd().split("\n")) assert.ok(JSON.parse(line).entities);
    assert.match(stdout, /\n$/);
  }
  const closed = await pnr(predict, { feed: endless, unread: true });
  assert.equal(closed.code, 141);
  assert.match(closed.stderr, /^engine: [^\n]*\n$/);
});

test("Ctrl-C stops a training run and saves it, and the message names the command that evaluates it", async () => {
  const stopped = join(folder, "stopped");
  let interrupted = false;
  const { code, stdout, stderr } = await pnr(train(stopped, "--epochs", "100000"), {
    onError: (text, pid) => {
      if (interrupted || !text.includes("best\n")) return;
      interrupted = true;
      process.kill(pid, "SIGINT");
    },
  });
  assert.equal(code, 130, stderr);
  assert.equal(stdout, "");
  const message =
    /pnr: stopped after step (\d+) of 1 in epoch (\d+); resume with: pnr (train .*); the best model so far: pnr evaluate --run .*stopped --corpus .*\n$/;
  const [, , epoch, command] = stderr.match(message) ?? assert.fail(stderr);
  assert.ok(existsSync(join(stopped, "best.json")));
  assert.ok(!existsSync(join(stopped, "result.json")));
  // as a shell splits it
  const args = JSON.parse(
    execFileSync("sh", ["-c", `node -e 'console.log(JSON.stringify(process.argv.slice(1)))' -- ${command}`], {
      encoding: "utf8",
    }),
  );
  let again = false;
  const resumed = await pnr(args, {
    onError: (text, pid) => {
      if (again || (!text.includes("best\n") && !text.includes("resuming after"))) return;
      again = true;
      process.kill(pid, "SIGINT");
    },
  });
  assert.equal(resumed.code, 130, resumed.stderr);
  assert.match(resumed.stderr, new RegExp(`^resuming after step 1 of epoch ${epoch}: `, "m"));
});

test("a run that does not fit or is damaged gives one line and exit code 2, and stays unchanged", async () => {
  const before = readdirSync(run);
  const strange = join(folder, "strange");
  mkdirSync(strange);
  for (const split of ["train", "dev"])
    writeFileSync(
      join(strange, `${split}.json`),
      JSON.stringify([sentence("a"), { tokens: ["b"], entities: [{ start: 0, end: 1, type: "RNA" }] }]),
    );
  const evaluate = (of: string) => failure("evaluate", "--run", run, "--corpus", of);
  const cases: [Promise<{ code: number; message: string | undefined }>, RegExp][] = [
    [evaluate(strange), /strange\/dev\.json: sentence 1: entities\[0\]\.type: "RNA" .*"DNA"/],
    [
      failure(...train(run, "--epochs", "3")),
      /run: holds a run with another setting \(training\.epochs 2, here 3\)/,
    ],
    [failure("evaluate", "--run", corpus, "--corpus", corpus), /corpus: holds no trained model/],
    [
      failure("evaluate", "--run", run, "--corpus", strange, "--split", "test"),
      /strange: has no test split; choose --split train or dev$/,
    ],
  ];
  for (const [failing, problem] of cases) {
    const { code, message } = await failing;
    assert.equal(code, 2, message);
    assert.match(message!, problem);
    assert.doesNotMatch(message!, /\n/);
  }
  assert.deepEqual(readdirSync(run), before);
});

test("a checkpoint that is truncated or of another config is rejected by name", async () => {
  const [tensors] = readdirSync(run).filter((file) => /^best-.*\.safetensors$/.test(file));
  const path = join(run, "best.json");
  const description = readFileSync(path, "utf8");
  const evaluate = () => failure("evaluate", "--run", run, "--corpus", corpus);
  writeFileSync(path, description.replace('"layers":1', '"layers":2'));
  const other = await evaluate();
  assert.equal(other.code, 2);
  assert.match(other.message!, /^[^\n]*best\.json: has no tensor "[^\n]*another config$/);
  writeFileSync(path, description.slice(0, 200));
  assert.match((await evaluate()).message!, /^[^\n]*best\.json: not valid JSON[^\n]*$/);
  writeFileSync(path, description);
  truncateSync(join(run, tensors), 1000);
  const short = await evaluate();
  assert.equal(short.code, 2);
  assert.match(short.message!, /^[^\n]*best-[^\n]*\.safetensors: damaged or cut short[^\n]*$/);
});
