import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { z } from "zod";
import { keysOf, rulesOf } from "../../docs/generator/config-keys";
import { configPage } from "../../docs/generator/config-page";
import { withFormats } from "../../docs/generator/formats-table";
import { applyOverrides, parseConfig, presets } from "../../src/config/config";
import { formats } from "../../src/corpus/formats/registry";

const root = join(__dirname, "../../..");
const read = (page: string): string => readFileSync(join(root, page), "utf8");

test("docs/config.md is up to date", () => {
  assert.equal(read("docs/config.md"), configPage(root), "run npm run docs");
});

test("docs/config.md has exactly the keys that can be set", () => {
  const documented = [...read("docs/config.md").matchAll(/^\| `([\w.]+)` \|/gm)].map(([, path]) => path);
  const leaves = (value: unknown, path: string): string[] =>
    value !== null && typeof value === "object" && !Array.isArray(value) && Object.keys(value).length > 0
      ? Object.entries(value).flatMap(([key, inner]) => leaves(inner, path ? `${path}.${key}` : key))
      : [path];
  const presetKeys = new Set(Object.values(presets).flatMap((preset) => leaves(preset, "")));
  for (const parent of ["model.bert", "model.wordVectors"]) presetKeys.delete(parent);
  assert.deepEqual(
    [...presetKeys].filter((path) => !documented.includes(path)),
    [],
  );
  const vectors = { model: { embedding: { words: 50 }, wordVectors: { file: "vectors.txt" } } };
  const fullConfig = parseConfig(vectors, "a test", presets.s);
  assert.deepEqual(
    documented.filter((path) => !leaves(fullConfig, "").includes(path)),
    [],
  );
  assert.equal(applyOverrides(fullConfig, ["model.bert.output=last"]).model.bert?.output, "last");
});

test("ranges and rules between keys are described in words", () => {
  const schema = z
    .strictObject({
      a: z.int().min(2).max(9),
      b: z.number().gt(0).nullable().default(null),
      c: z.strictObject({ d: z.array(z.enum(["x", "y"])), e: z.record(z.string(), z.boolean()) }),
    })
    .refine(({ a }) => a !== 3, { path: ["a"], message: "must not be 3" });
  assert.deepEqual(keysOf(schema), [
    { path: "a", values: "a whole number, 2 to 9", fallback: undefined },
    { path: "b", values: "a number above 0 or `null`", fallback: null },
    { path: "c.d", values: 'a list, each `"x"` or `"y"`', fallback: undefined },
    { path: "c.e", values: "an object, each value `true` or `false`", fallback: undefined },
  ]);
  assert.deepEqual(rulesOf(schema), [{ path: "a", message: "must not be 3" }]);
});

test("docs/corpora.md lists the formats of the registry", () => {
  const page = read("docs/corpora.md");
  assert.equal(page, withFormats(page), "run npm run docs");
  for (const { name } of formats) assert.match(page, new RegExp(`^\\| \`${name}\` \\| `, "m"));
  assert.equal(withFormats("# A page without the table\n"), "# A page without the table\n");
});
