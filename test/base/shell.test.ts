import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import fc from "fast-check";
import { command } from "../../src/base/shell";

/** The words that a shell makes of a command. */
function words(text: string): string[] {
  const script = `node() { '${process.execPath}' -e 'console.log(JSON.stringify(process.argv.slice(1)))' -- "$@"; }; ${text}`;
  return JSON.parse(execFileSync("sh", ["-c", script], { encoding: "utf8" }));
}

test("a shell takes every value of a command as one word", () => {
  const value = fc.string({ unit: fc.constantFrom(..."a-/.~ ;$`\"'\\\n*?&|()<>{}[]#!=é") });
  fc.assert(
    fc.property(value, value, (first, second) => {
      assert.deepEqual(words(command`node --out ${first} --set ${`x=${second}`}`), [
        "--out",
        first,
        "--set",
        `x=${second}`,
      ]);
    }),
    { numRuns: 30, examples: [["q;touch X", ""]] },
  );
});

test("plain words stay as they are", () => {
  assert.equal(
    command`pnr predict --run ${"runs/a-2"} --split ${"dev"}`,
    "pnr predict --run runs/a-2 --split dev",
  );
});
