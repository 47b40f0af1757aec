import assert from "node:assert/strict";
import { before, it } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import type { Variant } from "../../src/config/config";
import { matchingLoss } from "../../src/criterion/loss";
import { Random, valueAndGradients } from "../../src/engine";
import { startBackend } from "../../src/engine/backends";
import { type Config, parseConfig } from "../../src/training";
import { makeNetwork, makeSentence, makeTargets, smallModel, toBatch } from "../support/model";

type Section = "model" | "loss" | "training";

/** Every key in which the variants differ. */
const keys: readonly (readonly [Section, string])[] = [
  ...[
    "embeddingOrder",
    "wordFallback",
    "maxCharacters",
    "bertContext",
    "encoderNorm",
    "pool",
    "backwardGru",
    "transposedInput",
    "withoutBackward",
    "paddingLeak",
    "query",
    "headFusion",
    "update",
    "pointers",
    "acceptTies",
  ].map((key) => ["model", key] as const),
  ...["unmatched", "reduction", "clamp"].map((key) => ["loss", key] as const),
  ...["batching", "schedule", "decay"].map((key) => ["training", key] as const),
];

/** Whether a key changes what an untrained model computes in training, whatever its weights. */
const structural = (key: string) =>
  !["wordFallback", "maxCharacters", "acceptTies", "withoutBackward", "bertContext"].includes(key);

const { embedding, hidden, heads, layers, feedForward, dropout } = smallModel;
const sizes = { embedding, hidden, heads, layers, feedForward, dropout };

function configOf(variant: Variant, changes: object = {}): Config {
  return parseConfig(
    { variant, ...changes, model: { ...sizes, ...("model" in changes ? (changes.model as object) : {}) } },
    "test",
  );
}

const settingOf = (config: Config, section: Section, key: string): unknown =>
  (config[section] as unknown as Readonly<Record<string, unknown>>)[key];

/** The loss of a batch with a short and a long sentence. Checks that its gradients are finite. */
function lossOf({ model, loss }: Config): number {
  const detector = makeNetwork(model, 3);
  const random = new Random(4);
  const lengths = [1, 6, 3];
  const sentences = lengths.map((length) => makeSentence(random, length));
  const targets = lengths.map((length) => makeTargets(random, length, 3));
  const { value, gradients } = valueAndGradients(() => {
    const { prediction } = detector.forward(toBatch(...sentences));
    return matchingLoss(prediction, targets, lengths, loss).loss;
  }, detector.parameters.all);
  for (const gradient of gradients) assert.ok(gradient.dataSync().every(Number.isFinite));
  tf.dispose(gradients);
  detector.parameters.dispose();
  return value;
}

it("the variants differ in exactly these keys", () => {
  const [paper, released] = [configOf("paper"), configOf("released")];
  const differing = (["model", "loss", "training"] as const).flatMap((section) =>
    Object.keys(paper[section])
      .filter(
        (key) =>
          JSON.stringify(settingOf(paper, section, key)) !==
          JSON.stringify(settingOf(released, section, key)),
      )
      .map((key) => `${section}.${key}`),
  );
  assert.deepEqual(differing.sort(), keys.map((key) => key.join(".")).sort());
});

before(() => startBackend("wasm"));

for (const [variant, other] of [
  ["released", "paper"],
  ["paper", "released"],
] as const) {
  it(`each key of ${variant} takes ${other}'s value by itself`, () => {
    const base = configOf(variant);
    const before = lossOf(base);
    for (const [section, key] of keys) {
      const value = settingOf(configOf(other), section, key);
      const config = configOf(variant, { [section]: { [key]: value } });
      assert.deepEqual(config, { ...base, [section]: { ...base[section], [key]: value } });
      const after = lossOf(config);
      assert.ok(Number.isFinite(after), key);
      if (section === "model" && structural(key)) assert.notEqual(after, before, key);
    }
  });
}

it("withoutBackward changes a model without the backward block", () => {
  const losses = (["normalized", "forward"] as const).map((withoutBackward) =>
    lossOf(configOf("released", { model: { backward: false, withoutBackward } })),
  );
  assert.notEqual(losses[0], losses[1]);
});
