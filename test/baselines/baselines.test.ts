import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it, test } from "node:test";
import type * as tf from "@tensorflow/tfjs-core";
import { completeModel } from "../../src/baselines/baseline";
import type { ModelConfig } from "../../src/config/model-config";
import { paperLoss } from "../../src/config/training-config";
import { corpusOf, type Sentence } from "../../src/corpus";
import type { Target } from "../../src/criterion/loss";
import { type Architecture, architectureOf } from "../../src/detector/architecture";
import { EntityDetector } from "../../src/detector/entity-detector";
import { scoped, valueAndGradients } from "../../src/engine";
import { startBackend } from "../../src/engine/backends";
import { Random } from "../../src/engine/random";
import { headImportance } from "../../src/evaluation";
import { evaluate } from "../../src/evaluation/evaluate";
import { noDropout, Parameters, readTensor } from "../../src/nn/parameters";
import { parseConfig, train } from "../../src/training";
import { outcomeOf, tinySetting } from "../soak/training-task";
import { tinyCorpus } from "../support/corpus";
import { forEachEngine } from "../support/engines";
import { inputError, testFolder } from "../support/folders";
import {
  makeSentence,
  makeTargets,
  smallModel,
  type Tokens,
  toBatch,
  types,
  vocabularySizes,
} from "../support/model";
import { assertNear, scramble } from "../support/numbers";

const baselines: Readonly<Record<string, Partial<ModelConfig>>> = {
  "flat CRF": { architecture: "crf" },
  "CRF by levels": { architecture: "crf", crfLevels: 3 },
  "span classifier": { architecture: "spans", spanWidth: 3 },
};

function make(change: Partial<ModelConfig>, seed: number): Architecture {
  const random = new Random(seed);
  const architecture = architectureOf(
    { ...smallModel, ...change },
    types,
    vocabularySizes,
    new Parameters(random),
  );
  scramble(architecture.parameters, random);
  return architecture;
}

interface Example {
  readonly sentence: Tokens;
  readonly targets: readonly Target[];
}

function examplesOf(seed: number, lengths: readonly number[]): Example[] {
  const random = new Random(seed);
  return lengths.map((length) => ({
    sentence: makeSentence(random, length),
    targets: makeTargets(random, length, 1 + random.below(5)),
  }));
}

function lossOf(architecture: Architecture, examples: readonly Example[]): tf.Scalar {
  const batch = toBatch(...examples.map(({ sentence }) => sentence));
  return architecture.loss(
    batch,
    examples.map(({ targets }) => targets),
    noDropout,
    paperLoss,
  );
}

const candidatesOf = (architecture: Architecture, ...sentences: readonly Tokens[]) => {
  const batch = toBatch(...sentences);
  return architecture.candidates(architecture.encoder.forward(batch), batch.lengths);
};

forEachEngine(() => {
  for (const [name, change] of Object.entries(baselines)) {
    it(`${name}: the gradient of every parameter is the slope of the loss`, () => {
      const architecture = make(change, 3);
      const { parameters } = architecture;
      const examples = examplesOf(5, [4, 1, 5]);
      const random = new Random(7);
      const step = 4e-3;
      const { gradients } = valueAndGradients(() => lossOf(architecture, examples), parameters.all);
      const values = gradients.map((gradient) => gradient.dataSync());
      const largest = Math.max(...values.flatMap((all) => [...all].map(Math.abs)));
      assert.ok(largest > 0.01);
      for (const [index, parameter] of parameters.names.entries()) {
        const { shape, values: initial } = readTensor(parameters.get(parameter));
        const direction = Array.from(initial, () => random.normal());
        const lossAt = (by: number): number => {
          parameters.set(parameter, { shape, values: initial.map((value, i) => value + by * direction[i]) });
          return scoped(() => lossOf(architecture, examples).dataSync()[0]);
        };
        const slope = (lossAt(step) - lossAt(-step)) / (2 * step);
        parameters.set(parameter, { shape, values: initial });
        const expected = direction.reduce((sum, value, i) => sum + value * values[index][i], 0);
        const scale = direction.reduce((sum, value, i) => sum + Math.abs(value * values[index][i]), 0);
        assertNear(slope, expected, 0.01 * scale + 4e-3, parameter);
      }
      for (const gradient of gradients) gradient.dispose();
      parameters.dispose();
    });

    it(`${name}: a sentence has the same candidates and loss in any batch`, () => {
      const architecture = make(change, 4);
      scoped(() => {
        const examples = examplesOf(6, [3, 6, 1, 4]);
        const together = candidatesOf(architecture, ...examples.map(({ sentence }) => sentence));
        let sum = 0;
        for (const [row, example] of examples.entries()) {
          assert.deepEqual(together[row], candidatesOf(architecture, example.sentence)[0], `row ${row}`);
          sum += lossOf(architecture, [example]).dataSync()[0];
        }
        assertNear(lossOf(architecture, examples), sum / examples.length, 1e-5 * sum, "loss");
      });
      architecture.parameters.dispose();
    });
  }
});

describe("on wasm", () => {
  before(() => startBackend("wasm"));

  it("the span classifier computes its equations, for every span", () => {
    const architecture = make(baselines["span classifier"], 8);
    scoped(() => {
      const [example] = examplesOf(9, [5]);
      const batch = toBatch(example.sentence);
      const hidden = [...architecture.encoder.forward(batch).dataSync()];
      const { parameters } = architecture;
      const get = (name: string): number[] => [...parameters.get(`spans.${name}`).dataSync()];
      const d = smallModel.hidden;
      const mean = (start: number, end: number): number[] =>
        Array.from({ length: d }, (_, i) => {
          const rows = Array.from({ length: end - start + 1 }, (__, k) => hidden[(start + k) * d + i]);
          return rows.reduce((sum, value) => sum + value, 0) / rows.length;
        });
      const map = (name: string, x: readonly number[]): number[] => {
        const [weight, bias] = [get(`${name}.weight`), get(`${name}.bias`)];
        return bias.map((b, row) => x.reduce((sum, value, i) => sum + value * weight[row * x.length + i], b));
      };
      const normal = (x: number): number => 0.5 * (1 + erf(x / Math.SQRT2));
      let nats = 0;
      const probable: string[] = [];
      for (let start = 0; start < 5; start++) {
        for (let end = start; end < Math.min(5, start + 3); end++) {
          const parts = [
            map("first", mean(start, start)),
            map("last", mean(end, end)),
            map("inside", mean(start, end)),
            get("width.weight").slice((end - start) * d, (end - start + 1) * d),
          ];
          const inner = Array.from({ length: d }, (_, i) => parts.reduce((sum, part) => sum + part[i], 0));
          const logits = map(
            "output",
            inner.map((x) => x * normal(x)),
          );
          const log = Math.log(logits.reduce((sum, x) => sum + Math.exp(x), 0));
          const gold = example.targets.find((one) => one.start === start && one.end === end);
          nats += log - logits[gold?.type ?? types];
          const type = logits.indexOf(Math.max(...logits));
          if (type < types)
            probable.push(`${start} ${end} ${type} ${Math.exp(logits[type] - log).toFixed(4)}`);
        }
      }
      assertNear(lossOf(architecture, [example]), nats, 1e-4 * nats, "loss");
      const accepted = candidatesOf(architecture, example.sentence)[0].filter((one) => one.accepted);
      const texts = accepted.map(
        (one) => `${one.start} ${one.end} ${one.type} ${one.probability.toFixed(4)}`,
      );
      assert.ok(probable.length > 0);
      assert.deepEqual(texts.sort(), probable.sort());
    });
    architecture.parameters.dispose();
  });

  it("a baseline states which entities it can predict", () => {
    const span = (start: number, end: number, type = 0): Target => ({ start, end, type });
    const all = [span(0, 4), span(0, 2), span(1, 1), span(1, 1, 1)];
    const reachable = (name: string) => {
      const architecture = make(baselines[name], 1);
      architecture.parameters.dispose();
      return architecture.reachable?.(all);
    };
    assert.deepEqual(reachable("flat CRF"), [all[0]]);
    assert.deepEqual(reachable("CRF by levels"), all.slice(0, 3));
    assert.deepEqual(reachable("span classifier"), all.slice(1, 3));
  });

  it("the training sentences give the levels and the width that a config leaves open", () => {
    const entity = (start: number, end: number) => ({ start, end, type: "name" });
    const sentences = [{ entities: [] }, { entities: [entity(0, 5), entity(1, 2), entity(3, 4)] }].map(
      (one) => one as unknown as Sentence,
    );
    const complete = (change: Partial<ModelConfig>) => completeModel({ ...smallModel, ...change }, sentences);
    assert.equal(complete({ architecture: "crf", crfLevels: null }).crfLevels, 2);
    assert.equal(complete({ architecture: "crf", crfLevels: 5 }).crfLevels, 5);
    assert.equal(complete({ architecture: "spans" }).spanWidth, 5);
    assert.equal(complete({ architecture: "spans", spanWidth: 2 }).spanWidth, 2);
    assert.equal(complete({}).spanWidth, null);
  });
});

/** The error function by its series. */
function erf(x: number): number {
  let [term, sum] = [x, x];
  for (let n = 1; n < 60; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

const folder = testFolder("baselines");
const nested = tinyCorpus(3, 20, 4, 4);
const learned = {
  "flat CRF": { architecture: "crf", crfLevels: 1 },
  "CRF by levels": { architecture: "crf", crfLevels: null },
  "span classifier": { architecture: "spans" },
} as const;

for (const [name, model] of Object.entries(learned)) {
  test(`${name}: learns twenty sentences, and a loaded model predicts the same`, async () => {
    // What a flat CRF can learn are the outermost entities.
    const train20 = name.startsWith("flat")
      ? nested.splits.train.map((one) => ({
          ...one,
          entities: one.entities.filter((inner) => !one.entities.some((other) => contains(other, inner))),
        }))
      : nested.splits.train;
    const corpus = corpusOf("twenty", { train: train20, dev: [], test: train20 });
    const config = parseConfig(
      { model, training: { epochs: 25, batchSize: 4, learningRate: 0.01 } },
      "test",
      parseConfig(tinySetting, "the tiny setting"),
    );
    const directory = join(folder, name);
    const remarks: string[] = [];
    const { scores } = await train(config, corpus, { directory, onRemark: (line) => remarks.push(line) });
    assert.ok(scores.test!.overall.f1 > 95, `F1 ${scores.test!.overall.f1}`);
    assert.ok(!remarks.some((line) => line.includes("cannot predict")), remarks.join());
    const detector = await EntityDetector.load(directory);
    assert.deepEqual(await evaluate(detector, train20), scores.test);
    const candidates = await detector.candidates(train20);
    const predicted = await detector.predict(train20);
    assert.deepEqual(
      candidates.map((all) =>
        all.filter(({ accepted }) => accepted).map(({ accepted: _, ...entity }) => entity),
      ),
      predicted,
    );
    const all = await detector.predict(train20, { threshold: 0 });
    assert.deepEqual(
      all,
      candidates.map((of) => of.map(({ accepted: _, ...entity }) => entity)),
    );
    assert.ok(all.flat().length > predicted.flat().length);
    for (const { probability } of all.flat()) assert.ok(probability >= 0 && probability <= 1 + 1e-6);
    detector.dispose();
  });

  test(`${name}: a stopped run resumes to the same numbers`, async () => {
    const config = parseConfig({ model }, "test", parseConfig(tinySetting, "the tiny setting"));
    const [whole, stopped] = ["whole", "stopped"].map((which) => join(folder, `${name} ${which}`));
    const onRemark = () => undefined;
    await train(config, nested, { directory: whole, onRemark });
    const abort = new AbortController();
    const onStep = ({ epoch, step }: { epoch: number; step: number }) =>
      epoch === 2 && step === 2 && abort.abort();
    await assert.rejects(
      train(config, nested, { directory: stopped, onRemark, onStep, signal: abort.signal }),
      { name: "AbortError" },
    );
    await train(config, nested, { directory: stopped, onRemark });
    assert.deepEqual(outcomeOf(stopped), outcomeOf(whole));
  });
}

test("training reports the gold entities that a baseline cannot predict", async () => {
  const config = parseConfig(
    { model: { architecture: "spans", spanWidth: 1 }, training: { epochs: 1 } },
    "test",
    parseConfig(tinySetting, "the tiny setting"),
  );
  const directory = join(folder, "narrow");
  rmSync(directory, { recursive: true, force: true });
  const remarks: string[] = [];
  await train(config, nested, { directory, onRemark: (line) => remarks.push(line) });
  const longer = (split: "train" | "dev" | "test"): number =>
    nested.splits[split].flatMap(({ entities }) => entities).filter(({ start, end }) => end - start > 1)
      .length;
  const { unreachable } = JSON.parse(readFileSync(join(directory, "result.json"), "utf8"));
  assert.deepEqual(unreachable, { train: longer("train"), dev: longer("dev"), test: longer("test") });
  assert.match(
    remarks.join("\n"),
    /^train: a span classifier of up to 1 tokens cannot predict \d+ of \d+ entities; they count as missed$/m,
  );
});

test("what needs proposals refuses a baseline by its name", async () => {
  const detector = await EntityDetector.load(join(folder, "narrow"));
  const [sentence] = nested.splits.dev;
  const refused = inputError(/^a trace: this model is a span classifier \(model\.architecture=spans\)/);
  await assert.rejects(detector.trace(sentence), refused);
  const byIntervention = inputError(/^an intervention: this model is a span classifier/);
  await assert.rejects(detector.predict([sentence], { prior: "off" }), byIntervention);
  await assert.rejects(headImportance(detector, nested.splits.dev), byIntervention);
  assert.throws(() => detector.network, inputError(/^the paper's network: this model is a span classifier/));
  detector.dispose();
});

function contains(outer: Sentence["entities"][number], inner: Sentence["entities"][number]): boolean {
  return outer !== inner && outer.start <= inner.start && inner.end <= outer.end;
}
