import assert from "node:assert/strict";
import { test } from "node:test";
import { EntityDetector, evaluate, loadCorpus, presets } from "../../src/index";
import "../../widgets/index";

test("real values of each kind return their widget by the method that other kernels call", async () => {
  const corpus = await loadCorpus("data/sample");
  const detector = await EntityDetector.load("genia");
  const [first] = corpus.splits.test;
  const values: readonly (readonly [value: object, kind: string, text: RegExp])[] = [
    [first, "sentence", /first–last token/],
    [corpus, "corpus-profile", /sentences/],
    [await evaluate(detector, corpus.splits.test.slice(0, 3)), "evaluation", /F1/],
    [await detector.trace(first), "trajectories", /\S/],
    [presets.quickstart, "table", /\S/],
    [detector, "table", /\S/],
    [await detector.predict("The IL-2 gene is active."), "sentence", /IL-2/],
  ];
  for (const [value, kind, text] of values) {
    const display = (value as Record<symbol, () => Promise<Record<string, string>>>)[
      Symbol.for("Jupyter.display")
    ];
    const bundle = await display.call(value);
    assert.deepEqual(Object.keys(bundle).sort(), ["image/png", "text/html", "text/plain"], kind);
    assert.match(bundle["text/plain"], text);
    assert.ok(Buffer.from(bundle["image/png"], "base64").toString("latin1").includes("PNG"), kind);
    assert.ok(bundle["text/html"].includes(`"kind":"${kind}"`), kind);
  }
  detector.dispose();
});
