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

/** Numbers of the equations that a text names, as "Eq. 14", "Eq. 1–2, 4" and "Eq. 22, line 1" do. */
const equationsIn = (text: string): Set<number> =>
  new Set(
    [...text.matchAll(/\bEq\. ((?:\d+(?:–\d+)?)(?:, \d+(?:–\d+)?)*)/g)].flatMap(([, list]) =>
      list.split(", ").flatMap((part) => {
        const [first, last = first] = part.split("–").map(Number);
        return Array.from({ length: last - first + 1 }, (_, at) => first + at);
      }),
    ),
  );

/** The lines of network.ts that say in which file each part of the paper is. */
const table = [...textOf("network.ts").matchAll(/^\/\/ {3}(\S+\.ts|\.\.\/criterion)\s+(.*)$/gm)].map(
  ([, name, about]) => ({ name, about }),
);

test("the reading order at the top of network.ts names every file of the network, in full", () => {
  const own = table.map(({ name }) => name).filter((name) => name.endsWith(".ts"));
  assert.deepEqual([...own].sort(), files);
});

test("every equation and algorithm of the paper is where the reading order says, and nowhere left out", () => {
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
  const all = equationsIn(table.map(({ about }) => about.replace("N_j of ", "")).join("\n"));
  assert.deepEqual(
    [...all].sort((a, b) => a - b),
    Array.from({ length: 25 }, (_, at) => at + 1),
  );
});

test("the network can be read in one sitting: fewer than 1,000 lines", () => {
  const lines = files.map((file) => textOf(file).trimEnd().split("\n").length);
  assert.ok(lines.reduce((sum, count) => sum + count, 0) < 1000);
});
