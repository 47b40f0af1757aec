// A run that was stopped, killed or damaged ends like an uninterrupted one.
import assert from "node:assert/strict";
import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { before, beforeEach, test } from "node:test";
import type { Config } from "../../src/config/config";
import { parseConfig } from "../../src/config/parse-config";
import { corpusOf } from "../../src/corpus";
import { readResult, readTraining, runFiles, type TrainOptions, train } from "../../src/training";
import { outcomeOf, tinySetting } from "../soak/training-task";
import { tinyCorpus } from "../support/corpus";
import { inputError, testFolder } from "../support/folders";

const folder = testFolder("resume");
const corpus = tinyCorpus(1);
const steps = 6;
const config: Config = parseConfig(
  { training: { accumulate: 2 } },
  "test",
  parseConfig(tinySetting, "the tiny setting"),
);
const whole = join(folder, "whole");
const directory = join(folder, "run");
let remarks: string[] = [];

/** Trains into the folder of this test; stops after a step of an epoch, if given. */
async function run(stop?: readonly [epoch: number, step: number], more: Partial<TrainOptions> = {}) {
  const abort = new AbortController();
  const training = train(config, corpus, {
    directory,
    signal: abort.signal,
    // a few steps from random weights find nothing, which each process says
    onRemark: (line) => !line.includes("which is normal") && remarks.push(line),
    ...more,
    onStep: (report) => stop && report.epoch === stop[0] && report.step === stop[1] && abort.abort(),
  });
  if (stop) await assert.rejects(training, { name: "AbortError" });
  else await training;
}

const pathOf = (name: string) => join(directory, name);
const tensorsOf = (name: string): string =>
  pathOf(JSON.parse(readFileSync(pathOf(name), "utf8")).tensors.file);
const zero = (path: string) => writeFileSync(path, Buffer.alloc(statSync(path).size));

function assertSameAsWhole(): void {
  assert.deepEqual(outcomeOf(directory), outcomeOf(whole));
  assert.deepEqual(readdirSync(directory).sort(), readdirSync(whole).sort());
}

before(() => train(config, corpus, { directory: whole }));
beforeEach(() => {
  rmSync(directory, { recursive: true, force: true });
  remarks = [];
});

test("a run resumes in the middle of an epoch, at its first and last step", async () => {
  for (const stop of [
    [1, 1],
    [1, 4],
    [2, steps],
    [3, steps - 1],
  ] as const) {
    await run(stop);
    const { epochs, underWay } = JSON.parse(readFileSync(pathOf(runFiles.last), "utf8")).extra;
    assert.deepEqual([epochs.length + 1, underWay.steps], stop);
  }
  await run();
  assertSameAsWhole();
  assert.deepEqual(remarks, []);
});

test("a killed run resumes from its last checkpoint, saved by steps, minutes or epochs", async () => {
  const begun: [number, number | undefined][] = [];
  const onBegin = ({ resumedAfter, resumedSteps }: { resumedAfter: number; resumedSteps?: number }) =>
    begun.push([resumedAfter, resumedSteps]);
  /** Ends a run as a kill does: nothing is saved on the way out. */
  const killed = (epoch: number, step: number, checkpoint: TrainOptions["checkpoint"]) =>
    assert.rejects(
      train(config, corpus, {
        directory,
        checkpoint,
        onBegin,
        onStep: (report) => {
          if (report.epoch === epoch && report.step === step) throw new Error("killed");
        },
      }),
      /killed/,
    );
  await killed(1, 5, { steps: 2 });
  await killed(2, 3, { steps: 100 });
  await killed(2, 6, { minutes: 0 });
  await killed(3, 4, "epochs");
  await run(undefined, { onBegin });
  assert.deepEqual(begun, [
    [0, 0],
    [0, 4],
    [1, 0],
    [1, 5],
    [2, 0],
  ]);
  assertSameAsWhole();
});

test("a stop during evaluation saves the epoch's steps, and a stop before the first step trains nothing", async () => {
  const many = corpusOf("many", { ...corpus.splits, dev: tinyCorpus(2, 1, 100).splits.dev });
  const abort = new AbortController();
  // dev has four batches, and other callbacks run between them.
  const inTurns = (turns: number): void => {
    if (turns) setImmediate(inTurns, turns - 1);
    else abort.abort();
  };
  const stopped = train(config, many, {
    directory,
    signal: abort.signal,
    onStep: ({ step }) => step === steps && inTurns(3),
    onEpoch: () => assert.fail("scored in spite of the stop"),
  });
  await assert.rejects(stopped, { name: "AbortError" });
  const { epochs, underWay } = JSON.parse(readFileSync(pathOf(runFiles.last), "utf8")).extra;
  assert.deepEqual([epochs.length, underWay.steps], [0, steps]);
  const onStep = () => assert.fail("trained in spite of the stop");
  await assert.rejects(train(config, many, { directory, signal: abort.signal, onStep }), {
    name: "AbortError",
  });
  await train(config, many, { directory });
  const never = join(folder, "many");
  await train(config, many, { directory: never });
  assert.deepEqual(outcomeOf(directory), outcomeOf(never));
});

test("the error of a stop that cannot be saved gives the reason", async () => {
  const abort = new AbortController();
  const stopped = train(config, corpus, {
    directory,
    signal: abort.signal,
    onStep: () => {
      rmSync(directory, { recursive: true });
      writeFileSync(directory, "");
      abort.abort();
    },
  });
  await assert.rejects(stopped, inputError(/last-.*cannot be written \(/));
});

test("by epochs alone, a stop saves nothing", async () => {
  await run([1, 3], { checkpoint: "epochs" });
  assert.deepEqual(readdirSync(directory), [runFiles.run]);
});

test("the previous checkpoint exists until the run is complete, and never shares the last one's tensors", async () => {
  await run([1, 2]);
  assert.ok(!existsSync(pathOf(runFiles.previous)));
  await run([1, 4]);
  await run([2, 3]);
  assert.notEqual(tensorsOf(runFiles.last), tensorsOf(runFiles.previous));
  await run([2, steps]);
  // The same weights are saved again after their evaluation.
  await run([3, 1], { checkpoint: "epochs" });
  assert.notEqual(tensorsOf(runFiles.last), tensorsOf(runFiles.previous));
  assert.equal(readdirSync(directory).filter((name) => name.startsWith("last-")).length, 2);
  await run();
  assertSameAsWhole();
  assert.equal(readdirSync(directory).filter((name) => name.startsWith("last-")).length, 1);
});

test("a damaged last checkpoint is reported, and the run resumes from the one before it", async () => {
  const damages: readonly (readonly [(last: string, tensors: string) => void, RegExp])[] = [
    [(last) => truncateSync(last, 100), /last\.json: not valid JSON/],
    [(last) => zero(last), /last\.json: not valid JSON/],
    [(last) => truncateSync(last, 0), /last\.json: not valid JSON/],
    [(_, tensors) => truncateSync(tensors, 1000), /safetensors: damaged or cut short/],
    [(_, tensors) => zero(tensors), /safetensors: damaged or cut short/],
    [(_, tensors) => rmSync(tensors), /safetensors: no such file/],
    [(last) => rmSync(last), /last\.json: no such file/],
  ];
  await run([1, 3]);
  await run([2, 5]);
  const state = join(folder, "state");
  cpSync(directory, state, { recursive: true });
  for (const [damage, problem] of damages) {
    rmSync(directory, { recursive: true });
    cpSync(state, directory, { recursive: true });
    damage(pathOf(runFiles.last), tensorsOf(runFiles.last));
    remarks = [];
    await run();
    assert.equal(remarks.length, 1, remarks.join());
    assert.match(remarks[0], problem);
    assert.match(remarks[0], /; resuming from the checkpoint before it$/);
    assertSameAsWhole();
  }
});

test("the previous checkpoint stays until the next one is intact; if both are damaged, the error says what to do", async () => {
  await run([1, 3]);
  await run([2, 2]);
  zero(tensorsOf(runFiles.last));
  await run([2, 1]);
  zero(tensorsOf(runFiles.last));
  await run([2, 4]);
  assert.equal(remarks.length, 2);
  for (const file of [runFiles.last, runFiles.previous]) truncateSync(pathOf(file), 20);
  const before = readdirSync(directory);
  await assert.rejects(
    run(),
    inputError(/last\.json: not valid JSON .*no earlier checkpoint is intact, so remove .*run/),
  );
  assert.deepEqual(readdirSync(directory), before);
});

test("a damaged best model is saved again if possible, and otherwise reported before training", async () => {
  await run([2, 1]);
  const best = pathOf(runFiles.best);
  zero(tensorsOf(runFiles.best));
  await assert.rejects(
    run(),
    inputError(/best-.*damaged or cut short.*of epoch 1 and cannot be restored, so remove/),
  );
  rmSync(directory, { recursive: true });
  await run([2, 1], { checkpoint: "epochs" });
  zero(best);
  await run();
  assert.match(remarks.join(), /best\.json: not valid JSON.*saved again from the last checkpoint/);
  assertSameAsWhole();
});

test("a damaged result and a log that lost its last line are rebuilt", async () => {
  await run();
  zero(pathOf(runFiles.result));
  const log = readFileSync(pathOf(runFiles.log), "utf8").trim().split("\n");
  writeFileSync(pathOf(runFiles.log), `${log.slice(0, -1).join("\n")}\n`);
  await run();
  assert.match(remarks.join(), /result\.json: not valid JSON.*rebuilt/);
  assert.equal(readTraining(directory).length, log.length);
  assert.equal(readResult(directory)?.epochs.length, log.length);
  assertSameAsWhole();
});

test("half-written files of a killed process are removed, and a folder with nothing else counts as empty", async () => {
  await run([1, 1]);
  const half = [`.${runFiles.last}.0123456789ab`, ".last-0123456789ab.safetensors.ba9876543210"];
  for (const name of half) writeFileSync(pathOf(name), "half");
  writeFileSync(pathOf(".notes.0123456789ab"), "the user's");
  await run([1, 2]);
  assert.deepEqual(
    readdirSync(directory).filter((name) => name.startsWith(".")),
    [".notes.0123456789ab"],
  );
  rmSync(directory, { recursive: true });
  cpSync(join(folder, "state"), directory, { recursive: true });
  for (const name of readdirSync(directory)) rmSync(pathOf(name));
  writeFileSync(pathOf(`.${runFiles.run}.0123456789ab`), "{");
  await run();
  assertSameAsWhole();
});
