import assert from "node:assert/strict";
import { test } from "node:test";
import { InputError } from "../../src/base/errors";
import { type RunSpec, resultsVersion, runId } from "../../src/experiments";
import { engineOf, parseSpec } from "../../src/experiments/spec";
import { parseConfig, presets } from "../../src/training";

const spec: RunSpec = {
  resultsVersion,
  config: presets.small,
  corpus: { hash: "a".repeat(64), name: "sample", folder: "/somewhere/sample" },
  engine: "wasm",
  scale: "sample",
};
const changed = (change: object): RunSpec => ({ ...spec, config: parseConfig(change, "test", spec.config) });

test("a run's id depends on everything that decides its numbers, and on nothing else", () => {
  const others: RunSpec[] = [
    changed({ training: { seed: 2 } }),
    changed({ model: { kernels: [2, 3] } }),
    changed({ loss: { reduction: "mean" } }),
    { ...spec, corpus: { ...spec.corpus, hash: "b".repeat(64) } },
    { ...spec, engine: "tensorflow" },
    { ...spec, engine: "blas OpenBLAS 0.3.21 Zen" },
    { ...spec, engine: "blas OpenBLAS 0.3.21 Haswell" },
    { ...spec, engine: "blas OpenBLAS 0.3.26 Zen" },
    { ...spec, resultsVersion: resultsVersion + 1 },
  ];
  assert.equal(new Set([spec, ...others].map(runId)).size, others.length + 1);
  const reversed = (value: object): object =>
    Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([key, inner]) => [
          key,
          typeof inner === "object" && inner !== null && !Array.isArray(inner) ? reversed(inner) : inner,
        ]),
    );
  const same = [
    changed({}),
    { ...spec, scale: "paper", corpus: { ...spec.corpus, folder: "/elsewhere", name: "other" } },
    reversed(spec) as RunSpec,
  ];
  assert.deepEqual(
    same.map(runId),
    same.map(() => runId(spec)),
  );
  assert.match(runId(spec), /^[0-9a-f]{16}$/);
});

test("a key at its default does not change the id, so that later keys do not rename earlier runs", () => {
  const { schedule, ...earlier } = spec.config.training;
  assert.equal(schedule, presets.s0.training.schedule);
  const before = { ...spec, config: { ...spec.config, training: earlier } } as unknown as RunSpec;
  assert.equal(runId(before), runId(spec));
  assert.notEqual(runId(changed({ training: { schedule: "linear" } })), runId(before));
  // The value may be an object where the default is null.
  const bert = { ...spec.config, model: { ...spec.config.model, bert: presets.s.model.bert } };
  assert.notEqual(runId({ ...spec, config: bert }), runId(spec));
});

test("a changed default, which would change the meaning of earlier ids, fails this test", () => {
  // If a new default changes results, increment resultsVersion first, then update these ids.
  assert.equal(runId(spec), "f2931dda274a61f9");
  assert.equal(runId({ ...spec, config: presets.released }), "cf910a72d5bfcca1");
  assert.equal(runId({ ...spec, config: presets.s }), "c7c3795bc3b65baa");
  assert.equal(runId({ ...spec, config: presets.weibo, pretrained: "c" }), "dec870cda81b059e");
});

test("a stored config without a later key keeps its id, and gets the value with which the run was computed", () => {
  const { batching, ...training } = presets.released.training;
  const { wordFallback, maxCharacters, ...model } = presets.released.model;
  assert.deepEqual([batching, wordFallback, maxCharacters], ["shuffled", [], null]);
  const read = parseSpec(
    { ...spec, resultsVersion: 1, config: { ...presets.released, model, training } },
    "spec.json",
  );
  assert.equal(read.config.training.batching, "similarLength");
  assert.deepEqual([read.config.model.wordFallback, read.config.model.maxCharacters], [["lower"], 32]);
  assert.equal(runId(read), "66211d0e75d684a3");
  const { family, embeddingWidth, adapter, ...bert } = presets.weibo.model.bert!;
  assert.deepEqual([family, embeddingWidth, adapter], ["bert", null, null]);
  const earlier = { ...presets.weibo, model: { ...presets.weibo.model, bert } };
  const withBert = parseSpec({ ...spec, pretrained: "c", config: earlier }, "spec.json");
  assert.deepEqual(withBert.config, presets.weibo, "the encoder's folder is not read");
  assert.equal(runId(withBert), "dec870cda81b059e");
});

test("a stored spec is read back unchanged, and a damaged one is an error in one line", () => {
  assert.deepEqual(parseSpec(JSON.parse(JSON.stringify(spec)), "spec.json"), spec);
  for (const [damage, message] of [
    [{ engine: "wsam" }, /spec\.json: engine is "wsam": expected an engine: tensorflow, blas, wasm, cpu/],
    [{ engine: "wasm OpenBLAS" }, /spec\.json: engine is "wasm OpenBLAS"/],
    [{ engine: "blas " }, /spec\.json: engine is "blas "/],
    [{ resultsVersion: 0 }, /spec\.json: resultsVersion is 0/],
    [{ config: { model: { heds: 2 } } }, /spec\.json: unknown key "model\.heds"; did you mean "heads"/],
    [{ corpus: { hash: "a" } }, /spec\.json: corpus\.\w+ is missing/],
  ] as const) {
    assert.throws(
      () => parseSpec({ ...spec, ...damage }, "spec.json"),
      (error) => error instanceof InputError && message.test(error.message),
    );
  }
});

test("a run of a retired engine can be read under its id but not computed", () => {
  for (const engine of ["native", "cuda"]) {
    const old = parseSpec({ ...spec, engine }, "spec.json");
    assert.equal(old.engine, engine);
    assert.notEqual(runId(old), runId(spec));
    assert.throws(
      () => engineOf(old, "spec.json"),
      new InputError(
        `spec.json: engine ${engine} no longer exists; plan the run again with one of tensorflow, blas, wasm, cpu`,
      ),
    );
  }
  assert.equal(engineOf(spec, "spec.json"), "wasm");
  for (const engine of ["blas", "blas OpenBLAS 0.3.21 Zen"])
    assert.equal(engineOf(parseSpec({ ...spec, engine }, "spec.json"), "spec.json"), "blas");
  assert.throws(() => parseSpec({ ...spec, engine: "gpu" }, "spec.json"), InputError);
});
