import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, it } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import * as loss from "../../../src/criterion/loss";
import * as optimizing from "../../../src/training/optimizer";
import { forEachEngine } from "../../support/engines";
import { configOf } from "../configs";
import { sentencesOfLength } from "../fixed-length-sentences";
import { readPart, Workload } from "../workload";
import { moduleOrder, stepParts } from "./modules";
import { byKernel, byModule, operationsOfStep, type Profile, profileTraining } from "./profile-training";

const tiny = [
  "model.hidden=8",
  "model.heads=2",
  "model.feedForward=8",
  'model.embedding={"characters":4,"words":4,"pos":4}',
];
const sample = join(__dirname, "../../../../data/sample");

forEachEngine((engine) => {
  let workload: Workload;
  let profile: Profile;
  const functions = () => [
    ...tf.getKernelsForBackend(engine).map(({ kernelName, kernelFunc }) => [kernelName, kernelFunc] as const),
    loss.matchingLoss,
    optimizing.globalNorm,
  ];
  let functionsBefore: ReturnType<typeof functions>;
  let tensorsBefore: number;
  before(async () => {
    const { corpus, sentences } = await readPart({ path: sample, split: "dev", limit: 4 });
    const short = sentencesOfLength(sentences, 7, 4);
    workload = new Workload(
      configOf({ config: "small", variant: "released", batch: 2, set: tiny }),
      corpus,
      short,
    );
    workload.train();
    functionsBefore = functions();
    tensorsBefore = tf.memory().numTensors;
    profile = profileTraining(workload, 1);
  });
  after(() => workload.dispose());

  it("adds up to the total in both views, to the nanosecond", () => {
    for (const lines of [byModule(profile), byKernel(profile)]) {
      assert.equal(
        lines.reduce((sum, { forward, backward }) => sum + forward + backward, 0),
        profile.total,
      );
    }
    assert.ok(profile.total > 0);
    assert.equal(profile.steps, 2);
  });

  it("times every part of a step, backward if it has a backward pass", () => {
    const shares = new Map(byModule(profile).map((share) => [share.name, share]));
    const model = moduleOrder.filter(
      (name) => /^(encoder|proposer|regressor|head)/.test(name) && !/BERT/.test(name),
    );
    for (const name of model) {
      const share = shares.get(name);
      assert.ok(share && share.forward > 0 && share.backward > 0, `${name} is timed forward and backward`);
      assert.equal(share.operations > 0, !/tables/.test(name), `${name} multiplies matrices`);
    }
    const { encoding, loss: lossPart, tape, norm, update, rest } = stepParts;
    for (const name of [encoding, lossPart, norm, update, rest])
      assert.ok((shares.get(name)?.forward ?? 0) > 0, name);
    for (const name of [encoding, norm, update, rest]) assert.equal(shares.get(name)?.backward ?? 0, 0, name);
    assert.ok((shares.get(lossPart)?.backward ?? 0) > 0);
    assert.equal(shares.get(tape)?.forward ?? 0, 0);
    assert.deepEqual(
      [...shares.keys()].filter((name) => !moduleOrder.includes(name)),
      [],
    );
  });

  it("counts about twice as many operations backward as forward", () => {
    const sums = { forward: 0, backward: 0 };
    for (const { direction, operations } of profile.entries) sums[direction] += operations;
    assert.ok(sums.backward >= 1.5 * sums.forward && sums.backward <= 4 * sums.forward);
    assert.equal(operationsOfStep(profile), (sums.forward + sums.backward) / 2);
  });

  it("restores every function and leaves no tensors", () => {
    assert.deepEqual(functions(), functionsBefore);
    assert.equal(tf.memory().numTensors, tensorsBefore);
    assert.ok(!Object.hasOwn(workload.detector, "encode") && !Object.hasOwn(workload.optimizer, "step"));
  });

  it("counts the same calls in a second profile", () => {
    const second = profileTraining(workload, 1);
    const calls = ({ entries }: Profile) => entries.reduce((sum, entry) => sum + entry.calls, 0);
    assert.equal(calls(second), calls(profile));
  });
});
