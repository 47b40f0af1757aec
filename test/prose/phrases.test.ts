import assert from "node:assert/strict";
import { it } from "node:test";
import { findPhrases } from "./phrases";

it("finds phrases, also across lines of a comment, with the line that they begin on", () => {
  const text = `/**
 * Resumes a run. What is
 * told goes to a log that is none.
 */
// a folder that is taken away; a pipe is no file`;
  assert.deepEqual(findPhrases(text), [
    { line: 2, phrase: "is told" },
    { line: 3, phrase: "is none" },
    { line: 5, phrase: "is no file" },
    { line: 5, phrase: "taken away" },
  ]);
});

it("accepts plain English that looks similar", () => {
  assert.deepEqual(
    findPhrases(
      "There is no file; undefined if there is none. It is no longer there. None of them is toldesque. is nonexistent.",
    ),
    [],
  );
});

it("skips text that is excluded from spelling", () => {
  const text = "cspell:disable\nis told\ncspell:enable\nare told\n// cspell:disable\nis told";
  assert.deepEqual(findPhrases(text), [{ line: 4, phrase: "are told" }]);
});

it("skips the outputs of notebook cells", () => {
  const cell = (output: string): string =>
    JSON.stringify(
      { cells: [{ cell_type: "code", outputs: [{ text: [output] }], source: ["is told"] }] },
      null,
      1,
    );
  assert.deepEqual(findPhrases(cell("are told")), [{ line: 13, phrase: "is told" }]);
});
