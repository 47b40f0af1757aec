import assert from "node:assert/strict";
import { test } from "node:test";
import { dialectInsertions } from "../../notebooks/kernel/dialect";
import { insert, placeBefore } from "../../notebooks/kernel/insertions";

const rewritten = (source: string): string => insert(source, dialectInsertions(source));

test("short properties are written out, but not in patterns", () => {
  assert.equal(
    rewritten("const { a } = f({ b, c: { d } }, g);"),
    "const { a } = f({ b: b, c: { d: d } }, g);",
  );
  assert.equal(rewritten("({ a = 1 } = b);"), "({ a = 1 } = b);");
});

test("a wait for what stands in parentheses is made to be seen, outside of functions", () => {
  const itself = "function <T>(value: T): T { return value; }";
  for (const start of ["", 'import { x } from "y";\n']) {
    assert.equal(rewritten(`${start}await (async () => 1)();`), `${start}await ${itself}(async () => 1)();`);
  }
  const untouched = "const f = async () => await (g);\nawait h(1);";
  assert.equal(rewritten(untouched), untouched);
});

test("a loop that waits is made to be seen, outside of functions", () => {
  assert.equal(
    rewritten("// a\nfor await (const b of c) d(b);"),
    "// a\nawait null; for await (const b of c) d(b);",
  );
  const untouched = "async () => { for await (const b of c) d(b); };";
  assert.equal(rewritten(untouched), untouched);
});

test("places after insertions are found again", () => {
  const source = "f({ a }, { bc });";
  const insertions = dialectInsertions(source);
  const longer = insert(source, insertions);
  assert.equal(longer, "f({ a: a }, { bc: bc });");
  for (const mark of ["f", "}", ")", ";"]) {
    assert.equal(placeBefore(insertions, longer.indexOf(mark)), source.indexOf(mark));
  }
  assert.equal(placeBefore(insertions, longer.indexOf("a")), source.indexOf("a"));
  assert.equal(placeBefore(insertions, longer.lastIndexOf("bc")), source.indexOf("bc"));
});
