import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { withFormats } from "../../docs/generator/formats-table";
import { formats } from "../../src/corpus/formats/registry";

test("docs/corpora.md lists the formats of the registry", () => {
  const page = readFileSync(join(__dirname, "../../../docs/corpora.md"), "utf8");
  assert.equal(page, withFormats(page), "run npm run docs");
  for (const { name } of formats) assert.match(page, new RegExp(`^\\| \`${name}\` \\| `, "m"));
  assert.equal(withFormats("# A page without the table\n"), "# A page without the table\n");
});
