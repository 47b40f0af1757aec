import assert from "node:assert/strict";
import { test } from "node:test";
import type { Converter, ConvertResult } from "tslab/dist/converter";
import { convertInDialect } from "../../notebooks/kernel/dialect";

type Position = ConvertResult["diagnostics"][number]["start"];

interface Converted {
  /** The text that tslab receives. */
  readonly text: string;
  /** The offset in the cell of the diagnostic. */
  readonly offset: number;
  readonly waits: boolean | undefined;
}

/** @param diagnosticAt the offset of a diagnostic in the text that tslab receives */
function convert(source: string, diagnosticAt = 0): Converted {
  const position: Position = { line: 0, character: diagnosticAt, offset: diagnosticAt };
  const converter = {
    convert: (_: string, text: string) => ({
      output: text,
      diagnostics: [{ start: position, end: position, messageText: "", category: 0, code: 0 }],
    }),
  } as unknown as Converter;
  const { output, diagnostics, hasToplevelAwait } = convertInDialect(converter, "", source);
  return { text: output ?? "", offset: diagnostics[0].start.offset, waits: hasToplevelAwait };
}

const rewritten = (source: string): string => convert(source).text;

test("shorthand properties are expanded, but not in patterns", () => {
  assert.equal(
    rewritten("const { a } = f({ b, c: { d } }, g);"),
    "const { a } = f({ b: b, c: { d: d } }, g);",
  );
  assert.equal(rewritten("({ a = 1 } = b);"), "({ a = 1 } = b);");
});

test("a cell waits if it awaits outside of functions", () => {
  const waiting = [
    "await (async () => 1)();",
    "import { x } from 'y';\nif (x) { const a = [await x]; }",
    "for await (const b of c) d(b);",
    "await using e = f();",
    "class G extends (await h()) {}",
  ];
  for (const source of waiting) assert.equal(convert(source).waits, true, source);
  const others = [
    "const f = async () => await (g);",
    "async () => { for await (const b of c) d(b); };",
    "using e = f();",
  ];
  for (const source of others) assert.equal(convert(source).waits, false, source);
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
