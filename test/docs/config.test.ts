import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { z } from "zod";
import { configPage } from "../../docs/generator/config";
import { configJsonSchema } from "../../docs/generator/config-schema";
import { keysOf, rulesOf } from "../../docs/generator/keys";
import { applyOverrides, parseConfig } from "../../src/config/parse-config";
import { presets } from "../../src/config/presets";

const root = join(__dirname, "../../..");

test("docs/config.md and config.schema.json are up to date; if not, run npm run docs", () => {
  assert.equal(readFileSync(join(root, "docs/config.md"), "utf8"), configPage(root));
  assert.equal(readFileSync(join(root, "config.schema.json"), "utf8"), configJsonSchema(root));
});

test("every key that the page names can be set, and a preset's keys are all named", () => {
  const page = readFileSync(join(root, "docs/config.md"), "utf8");
  const named = [...page.matchAll(/^\| `([\w.]+)` \|/gm)].map(([, path]) => path);
  const leaves = (value: unknown, path: string): string[] =>
    value !== null && typeof value === "object" && !Array.isArray(value) && Object.keys(value).length > 0
      ? Object.entries(value).flatMap(([key, inner]) => leaves(inner, path ? `${path}.${key}` : key))
      : [path];
  const presetKeys = new Set(Object.values(presets).flatMap((preset) => leaves(preset, "")));
  for (const whole of ["model.bert", "model.bert.adapter", "model.wordVectors"]) presetKeys.delete(whole);
  assert.deepEqual(
    [...presetKeys].filter((path) => !named.includes(path)),
    [],
  );
  const sections = { wordVectors: { file: "vectors.txt" }, bert: { adapter: { rank: 8 } } };
  const everything = parseConfig(
    { model: { embedding: { words: 50 }, ...sections } },
    "a test",
    presets.genia,
  );
  assert.deepEqual(
    named.filter((path) => !leaves(everything, "").includes(path)),
    [],
  );
  assert.equal(applyOverrides(everything, ["model.bert.output=last"]).model.bert?.output, "last");
});

test("ranges and conditions are described in words", () => {
  const schema = z
    .strictObject({
      a: z.int().min(2).max(9),
      b: z.number().gt(0).nullable().default(null),
      c: z.strictObject({ d: z.array(z.enum(["x", "y"])), e: z.record(z.string(), z.boolean()) }),
    })
    .refine(({ a }) => a !== 3, { path: ["a"], message: "must not be 3" });
  assert.deepEqual(keysOf(schema), [
    { path: "a", takes: "a whole number, 2 to 9", fallback: undefined },
    { path: "b", takes: "a number above 0 or `null`", fallback: null },
    { path: "c.d", takes: 'a list, each `"x"` or `"y"`', fallback: undefined },
    { path: "c.e", takes: "an object, each value `true` or `false`", fallback: undefined },
  ]);
  assert.deepEqual(rulesOf(schema), [{ path: "a", message: "must not be 3" }]);
});
