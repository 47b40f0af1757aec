import assert from "node:assert/strict";
import { it } from "node:test";
import { InputError } from "../../src/base/errors";
import { type Comparable, compareResults, requireComparable } from "./compare";
import type { Result, Run, Speed } from "./result";
import { perTime, summarize } from "./statistics";

const speed = (seconds: readonly number[]): Speed => ({
  sentencesPerSecond: perTime(4, summarize(seconds)),
  tokensPerSecond: perTime(40, summarize(seconds)),
  seconds,
});
const around = (center: number): number[] =>
  [-4, -3, -2, -1, 0, 1, 2, 3, 4].map((part) => center * (1 + part / 100));

function run(change: Partial<Run> = {}): Run {
  const size = { parameters: 9, sentences: 4, tokens: 40, steps: 2 };
  const batches = { batching: "shuffled", padding: { shuffled: 0, similarLength: 0 } } as const;
  return { engine: "wasm", detail: "", config: "S0", batch: 8, ...size, ...batches, ...change };
}

const machine = { processor: "P", cores: 2, memory: 1, system: "s" };
const corpus = { name: "genia", hash: "0123456789", split: "dev", limit: 64 };
const settings = { variant: "released", set: [], corpus, repetitions: 9 };
const result = (runs: readonly Run[]): Result => ({
  version: 2,
  machine,
  made: { at: "", node: "", load: 0 },
  settings,
  runs,
  yardsticks: [],
  scaling: [],
});

it("accepts the same machine, corpus, settings, engine and batch", () => {
  const earlier = result([run(), run({ engine: "cpu" }), run({ config: "B", batch: 4 })]);
  requireComparable(earlier, { machine, settings, runs: [run({ config: "B", batch: 4 }), run()] }, "a.json");
});

it("rejects a difference, with the earlier and the current value", () => {
  const earlier = result([run(), run({ batch: 4 }), run({ config: "M" })]);
  const cases: readonly (readonly [Partial<Comparable>, string])[] = [
    [{ machine: { ...machine, cores: 3 } }, "the machine was P × 2, s, is now P × 3, s"],
    [{ settings: { ...settings, variant: "paper" } }, "the variant was released, is now paper"],
    [{ settings: { ...settings, set: ["model.layers=1"] } }, "--set was nothing, is now model.layers=1"],
    [
      { settings: { ...settings, corpus: { ...corpus, hash: "9876543210" } } },
      "the corpus was genia (01234567), is now genia (98765432)",
    ],
    [{ settings: { ...settings, encoder: "MiniLM" } }, "--encoder was not set, is now MiniLM"],
    [{ settings: { ...settings, vocabulary: "v.txt" } }, "--vocabulary was not set, is now v.txt"],
    [{ settings: { ...settings, corpus: { ...corpus, split: "test" } } }, "the split was dev, is now test"],
    [
      { settings: { ...settings, corpus: { ...corpus, limit: 9 } } },
      "the limit of sentences was 64, is now 9",
    ],
    [{ runs: [run({ config: "B" })] }, "the setting was S0, M, is now B"],
    [{ runs: [run({ engine: "cpu" })] }, "the engine of S0 was wasm, is now cpu"],
    [{ runs: [run({ batch: 16 })] }, "the batch of S0 was 8, 4, is now 16"],
  ];
  for (const [change, expected] of cases) {
    assert.throws(
      () => requireComparable(earlier, { machine, settings, runs: [run()], ...change }, "a.json"),
      new InputError(`a.json cannot be compared: ${expected}; measure again with --out`),
    );
  }
});

it("judges for each common figure whether the difference is more than noise", () => {
  const earlier = result([
    run({ engine: "cpu", shuffled: speed(around(1)) }),
    run({ shuffled: speed(around(1)), single: speed(around(1)), batched: speed([1, 1, 1]) }),
  ]);
  const now = result([
    run({ shuffled: speed(around(0.5)), single: speed(around(1.01)), batched: speed(around(0.5)) }),
  ]);
  assert.deepEqual(
    compareResults(earlier, now).map(({ figure, ratio, verdict }) => [figure, ratio.toFixed(2), verdict]),
    [
      ["S0 on wasm, shuffled, sentences/s", "2.00", "faster"],
      ["S0 on wasm, single, sentences/s", "0.99", "within noise"],
      ["S0 on wasm, batched, sentences/s", "2.00", "too few repetitions"],
    ],
  );
});
