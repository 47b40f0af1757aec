// cspell:ignore Jsuch
// Hostile names in a corpus, where they are printed and where they could become paths.
import assert from "node:assert/strict";
import {
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { Writable } from "node:stream";
import { before, test } from "node:test";
import { openSink } from "../../src/cli/shared/output";
import { predictionFormat } from "../../src/cli/shared/prediction-formats";
import type { Sentence } from "../../src/corpus";
import { testFolder } from "../support/folders";
import { hostileNames, oddCharacters, pathNames } from "../support/hostile";
import { failure, pnr } from "./pnr";

const folder = testFolder("cli-hostile");
const pathOf = (...path: string[]): string => join(folder, ...path);

const clear = "\u001b[2J";
const codes = [clear, "\u001b]0;title\u0007", "\u009b31m", "a\rb", "\b\b\b", "x\u007f"];

const stored = (name: string, id: string) => ({
  tokens: ["x", name || "empty"],
  entities: [{ start: 0, end: 2, type: name || "empty" }],
  pos: ["X", name || "empty"],
  org_id: id,
});

before(() => {
  mkdirSync(pathOf("codes"));
  writeFileSync(
    pathOf("codes", "train.json"),
    // A type of only white space is rejected.
    JSON.stringify([...codes, ...oddCharacters.map((one) => `a${one}b`)].map((name) => stored(name, name))),
  );
});

/** Control characters other than line feeds and tabs. */
const obeyed = /(?![\n\t])[\p{Cc}\u2028\u2029]/u;

test("statistics, checks and error messages escape control characters", async () => {
  const [stats, json, check] = await Promise.all([
    pnr(["corpus", "stats", pathOf("codes")]),
    pnr(["corpus", "stats", pathOf("codes"), "--json"]),
    pnr(["corpus", "check", pathOf("codes")]),
  ]);
  for (const { stdout, stderr } of [stats, json, check]) assert.doesNotMatch(stdout + stderr, obeyed);
  assert.equal(stats.code, 0, stats.stderr);
  assert.match(stats.stdout, /^type \\u001b\[2J +1$/m);
  assert.match(stats.stdout, /^type \\u009b31m +1$/m);
  assert.ok((JSON.parse(json.stdout).types as string[]).includes("\u009b31m"), "JSON means the same");
  const { message } = await failure("corpus", "stats", pathOf(`no${clear}such`));
  assert.match(message!, /no\\u001b\[2Jsuch/);
  assert.doesNotMatch(message!, obeyed);
});

/** Text that a sink writes to a terminal, or to a full pipe. */
async function onOutput(isTTY: boolean, text: string): Promise<string> {
  let sent = "";
  const stream = new Writable({
    decodeStrings: false,
    highWaterMark: 1,
    write: (part: string, _, done) => {
      sent += part;
      setImmediate(done);
    },
  });
  await openSink(undefined, Object.assign(stream, { isTTY })).write(text);
  return sent;
}

test("predictions go to a terminal without control characters, and to a pipe unchanged", async () => {
  const tokens = ["x", clear, "\u009b31m"];
  const line = {
    ...{ tokens, pos: ["X", "X", "X"], previous: [], next: [], record: { tokens }, place: "line 1" },
  };
  const entities = [{ start: 1, end: 3, type: `T${clear}`, probability: 1 }];
  for (const name of ["jsonl", "conll"] as const) {
    const format = await predictionFormat(name, { run: "run", types: [`T${clear}`] });
    const text = await format.sentence(line, entities);
    const terminal = await onOutput(true, text);
    assert.doesNotMatch(terminal, obeyed);
    assert.ok(terminal.includes("\\u001b[2J") && terminal.includes("\\u009b31m"), terminal);
    assert.equal(await onOutput(false, text), text);
    if (name === "jsonl") assert.deepEqual(JSON.parse(terminal), JSON.parse(text));
  }
});

/** All files in a folder, as relative paths. */
const below = (path: string): string[] => readdirSync(path, { recursive: true }).map(String).sort();

test("documents whose names would leave the folder are numbered in brat's output", async () => {
  const usable = (name: string): boolean => /^\w[\w-]*$/.test(name) && !name.startsWith("_");
  const bad = [...pathNames, ...hostileNames, "con/../../x", "-rf", ".hidden", "a".repeat(300)].filter(
    (name) => !usable(name),
  );
  assert.ok(bad.length > 20);
  mkdirSync(pathOf("names", "deep"), { recursive: true });
  for (const [number, id] of bad.entries()) {
    const file = pathOf("names", "in.jsonl");
    const sentences: Partial<Sentence & { org_id: string }>[] = [
      { tokens: ["a"], entities: [], org_id: "good" },
      { tokens: ["b"], entities: [], org_id: id },
    ];
    writeFileSync(file, sentences.map((sentence) => `${JSON.stringify(sentence)}\n`).join(""));
    const { writeSentences } = await import("../../src/corpus/formats/registry.js");
    const { readSentences } = await import("../../src/corpus/formats/registry.js");
    const out = pathOf("names", "deep", `${number}`);
    await writeSentences(out, readSentences(file, {}), { to: "brat" });
    assert.deepEqual(below(out), ["1.ann", "1.txt", "2.ann", "2.txt"], JSON.stringify(id));
  }
  assert.deepEqual(readdirSync(pathOf("names")).sort(), ["deep", "in.jsonl"], "no other files");
});

test("convert refuses to overwrite the corpus, even through links", async () => {
  const corpus = pathOf("links", "corpus");
  mkdirSync(corpus, { recursive: true });
  const train = join(corpus, "train.json");
  const content = JSON.stringify([{ tokens: ["a"], entities: [] }]);
  writeFileSync(train, content);
  symlinkSync(corpus, pathOf("links", "folder-link"));
  symlinkSync(train, pathOf("links", "file-link.json"));
  linkSync(train, pathOf("links", "hard-link.json"));
  const convert = (from: string, out: string) =>
    failure("corpus", "convert", from, "--to", "json", "--out", out);
  for (const [from, out] of [
    [corpus, corpus],
    [corpus, pathOf("links", "folder-link")],
    [pathOf("links", "folder-link"), corpus],
    [train, pathOf("links", "file-link.json")],
    [pathOf("links", "file-link.json"), train],
    [train, pathOf("links", "hard-link.json")],
    [train, pathOf("links", "corpus", "..", "corpus", "train.json")],
  ]) {
    const { code, message } = await convert(from, out);
    assert.equal(code, 2);
    assert.match(message!, /: is the corpus itself; choose another output$/);
    assert.equal(readFileSync(train, "utf8"), content);
  }
});

test("an output file replaces a link, and the link's target stays unchanged", async () => {
  writeFileSync(pathOf("elsewhere.json"), "mine");
  symlinkSync(pathOf("elsewhere.json"), pathOf("link.json"));
  symlinkSync(pathOf("nowhere.json"), pathOf("dangling.json"));
  for (const name of ["link.json", "dangling.json"]) {
    assert.ok(readlinkSync(pathOf(name)));
    const args = ["corpus", "convert", pathOf("codes", "train.json"), "--to", "json", "--out", pathOf(name)];
    const { code, stderr } = await pnr(args);
    assert.equal(code, 0, stderr);
    assert.ok(lstatSync(pathOf(name)).isFile(), "a regular file");
  }
  assert.equal(readFileSync(pathOf("elsewhere.json"), "utf8"), "mine");
  assert.ok(!readdirSync(folder).includes("nowhere.json"));
});
