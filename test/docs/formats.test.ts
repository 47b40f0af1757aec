import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { withFormats } from "../../docs/generator/formats";
import { formats } from "../../src/corpus/formats/registry";

test("docs/corpora.md lists the formats of the registry, as `npm run docs` writes them", () => {
  const page = readFileSync(join(__dirname, "../../../docs/corpora.md"), "utf8");
  assert.equal(page, withFormats(page));
  for (const { name } of formats) assert.match(page, new RegExp(`^\\| \`${name}\` \\| `, "m"));
});

test("a page without a table of formats stays as it is", () => {
  assert.equal(withFormats("# A page\n"), "# A page\n");
});
