import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";

const folder = join(__dirname, "../../../src/model");
const files = readdirSync(folder);
const textOf = (name: string): string => {
  const path = join(folder, name);
  if (!statSync(path).isDirectory()) return readFileSync(path, "utf8");
  return readdirSync(path)
    .map((file) => readFileSync(join(path, file), "utf8"))
    .join("\n");
};

/** Numbers of the equations named in a text, for example "Eq. 14", "Eq. 1–2, 4" or "Eq. 22, line 1". */
const equationsIn = (text: string): Set<number> =>
  new Set(
    [...text.matchAll(/\bEq\. ((?:\d+(?:–\d+)?)(?:, \d+(?:–\d+)?)*)/g)].flatMap(([, list]) =>
      list.split(", ").flatMap((part) => {
        const [first, last = first] = part.split("–").map(Number);
        return Array.from({ length: last - first + 1 }, (_, at) => first + at);
      }),
    ),
  );

/** The lines of network.ts that map each part of the paper to its file. */
const table = [...textOf("network.ts").matchAll(/^\/\/ {3}(\S+\.ts|\.\.\/criterion)\s+(.*)$/gm)].map(
  ([, name, about]) => ({ name, about }),
);

test("the reading order at the top of network.ts lists every file of the network", () => {
  const listed = table.map(({ name }) => name).filter((name) => name.endsWith(".ts"));
  assert.deepEqual([...listed].sort(), files);
});

test("the reading order covers every equation and algorithm, and each is in the file that it names", () => {
  for (const { name, about } of table) {
    const text = textOf(name).replace(/^(\/\/.*\n)+/, "");
    const named = equationsIn(text);
    assert.deepEqual(
      [...equationsIn(about)].filter((equation) => !named.has(equation)),
      [],
      `equations missing in ${basename(name)}`,
    );
    for (const [algorithm] of about.matchAll(/Algorithm \d/g)) assert.ok(text.includes(algorithm), algorithm);
  }
  const all = equationsIn(table.map(({ about }) => about).join("\n"));
  assert.deepEqual(
    [...all].sort((a, b) => a - b),
    Array.from({ length: 25 }, (_, at) => at + 1),
  );
});
