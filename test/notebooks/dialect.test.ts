import assert from "node:assert/strict";
import { test } from "node:test";
import type { Converter, ConvertResult } from "tslab/dist/converter";
import { convertInDialect } from "../../notebooks/kernel/dialect";

type Position = ConvertResult["diagnostics"][number]["start"];

/** The text that tslab receives for a cell, and the offset in the cell of a diagnostic at an offset in that text. */
function convert(source: string, diagnosticAt = 0): { readonly text: string; readonly offset: number } {
  const position: Position = { line: 0, character: diagnosticAt, offset: diagnosticAt };
  const converter = {
    convert: (_: string, text: string) => ({
      output: text,
      diagnostics: [{ start: position, end: position, messageText: "", category: 0, code: 0 }],
    }),
  } as unknown as Converter;
  const { output, diagnostics } = convertInDialect(converter, "", source);
  return { text: output ?? "", offset: diagnostics[0].start.offset };
}

const rewritten = (source: string): string => convert(source).text;

test("shorthand properties are expanded, but not in patterns", () => {
  assert.equal(
    rewritten("const { a } = f({ b, c: { d } }, g);"),
    "const { a } = f({ b: b, c: { d: d } }, g);",
  );
  assert.equal(rewritten("({ a = 1 } = b);"), "({ a = 1 } = b);");
});

test("an await before a parenthesis is made visible to tslab, outside of functions", () => {
  const identity = "function <T>(value: T): T { return value; }";
  for (const start of ["", 'import { x } from "y";\n']) {
    assert.equal(
      rewritten(`${start}await (async () => 1)();`),
      `${start}await ${identity}(async () => 1)();`,
    );
  }
  const untouched = "const f = async () => await (g);\nawait h(1);";
  assert.equal(rewritten(untouched), untouched);
});

test("a for await is made visible to tslab, outside of functions", () => {
  assert.equal(
    rewritten("// a\nfor await (const b of c) d(b);"),
    "// a\nawait null; for await (const b of c) d(b);",
  );
  const untouched = "async () => { for await (const b of c) d(b); };";
  assert.equal(rewritten(untouched), untouched);
});

test("the offsets of diagnostics are mapped back to the cell", () => {
  const source = "f({ a }, { bc });";
  const { text } = convert(source);
  assert.equal(text, "f({ a: a }, { bc: bc });");
  for (const mark of ["f", "}", ")", ";"]) {
    assert.equal(convert(source, text.indexOf(mark)).offset, source.indexOf(mark));
  }
  assert.equal(convert(source, text.indexOf("a")).offset, source.indexOf("a"));
  assert.equal(convert(source, text.lastIndexOf("bc")).offset, source.indexOf("bc"));
});
