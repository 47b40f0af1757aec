// Names out of a corpus, where they are printed and where they could become paths.
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
import { predictionFormat } from "../../src/cli/prediction-format";
import { outputSink } from "../../src/cli/sink";
import type { Sentence } from "../../src/corpus";
import { testFolder } from "../support/folders";
import { hostileNames, oddCharacters, pathNames } from "../support/hostile";
import { failure, pnr } from "./pnr";

const folder = testFolder("cli-hostile");
const at = (...path: string[]): string => join(folder, ...path);

const clear = "\u001b[2J";
const codes = [clear, "\u001b]0;title\u0007", "\u009b31m", "a\rb", "\b\b\b", "x\u007f"];

const stored = (name: string, id: string) => ({
  tokens: ["x", name || "empty"],
  entities: [{ start: 0, end: 2, type: name || "empty" }],
  pos: ["X", name || "empty"],
  org_id: id,
});

before(() => {
  mkdirSync(at("codes"));
  writeFileSync(
    at("codes", "train.json"),
    // A type of white space alone is refused.
    JSON.stringify([...codes, ...oddCharacters.map((one) => `a${one}b`)].map((name) => stored(name, name))),
  );
});

/** Everything but line feeds and tabs that a terminal would obey. */
const obeyed = /(?![\n\t])[\p{Cc}\u2028\u2029]/u;

test("statistics, a check and refusals show terminal codes and do not send them", async () => {
  const [stats, json, check] = await Promise.all([
    pnr(["corpus", "stats", at("codes")]),
    pnr(["corpus", "stats", at("codes"), "--json"]),
    pnr(["corpus", "check", at("codes")]),
  ]);
  for (const { stdout, stderr } of [stats, json, check]) assert.doesNotMatch(stdout + stderr, obeyed);
  assert.equal(stats.code, 0, stats.stderr);
  assert.match(stats.stdout, /^type \\u001b\[2J +1$/m);
  assert.match(stats.stdout, /^type \\u009b31m +1$/m);
  assert.ok((JSON.parse(json.stdout).types as string[]).includes("\u009b31m"), "JSON means the same");
  const { message } = await failure("corpus", "stats", at(`no${clear}such`));
  assert.match(message!, /no\\u001b\[2Jsuch/);
  assert.doesNotMatch(message!, obeyed);
});

/** What goes to standard output, were it a terminal, or a pipe that takes no more until it is drained. */
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
  await outputSink(Object.assign(stream, { isTTY })).write(text);
  return sent;
}

test("predictions go to a terminal without its codes, and into a pipe as they are", async () => {
  const tokens = ["x", clear, "\u009b31m"];
  const line = {
    ...{ tokens, pos: ["X", "X", "X"], previous: [], next: [], record: { tokens }, place: "line 1" },
  };
  const entities = [{ start: 1, end: 3, type: `T${clear}`, probability: 1 }];
  for (const name of ["jsonl", "conll"] as const) {
    const format = await predictionFormat(name, { run: "run", types: [`T${clear}`] });
    const text = await format.sentence(line, entities);
    const shown = await onOutput(true, text);
    assert.doesNotMatch(shown, obeyed);
    assert.ok(shown.includes("\\u001b[2J") && shown.includes("\\u009b31m"), shown);
    assert.equal(await onOutput(false, text), text);
    if (name === "jsonl") assert.deepEqual(JSON.parse(shown), JSON.parse(text));
  }
});

/** Everything below a folder, as paths relative to it. */
const below = (path: string): string[] => readdirSync(path, { recursive: true }).map(String).sort();

test("documents whose names lead out of the folder are numbered in brat's output", async () => {
  const usable = (name: string): boolean => /^\w[\w-]*$/.test(name) && !name.startsWith("_");
  const bad = [...pathNames, ...hostileNames, "con/../../x", "-rf", ".hidden", "a".repeat(300)].filter(
    (name) => !usable(name),
  );
  assert.ok(bad.length > 20);
  mkdirSync(at("names", "deep"), { recursive: true });
  for (const [number, id] of bad.entries()) {
    const file = at("names", "in.jsonl");
    const sentences: Partial<Sentence & { org_id: string }>[] = [
      { tokens: ["a"], entities: [], org_id: "good" },
      { tokens: ["b"], entities: [], org_id: id },
    ];
    writeFileSync(file, sentences.map((sentence) => `${JSON.stringify(sentence)}\n`).join(""));
    const { writeSentences } = await import("../../src/corpus/formats/registry.js");
    const { readSentences } = await import("../../src/corpus/formats/registry.js");
    const out = at("names", "deep", `${number}`);
    await writeSentences(out, readSentences(file, {}), { to: "brat" });
    assert.deepEqual(below(out), ["1.ann", "1.txt", "2.ann", "2.txt"], JSON.stringify(id));
  }
  assert.deepEqual(readdirSync(at("names")).sort(), ["deep", "in.jsonl"], "nothing lies beside");
});

test("convert refuses to write over the corpus, by whatever way it is led there", async () => {
  const corpus = at("own", "corpus");
  mkdirSync(corpus, { recursive: true });
  const train = join(corpus, "train.json");
  const content = JSON.stringify([{ tokens: ["a"], entities: [] }]);
  writeFileSync(train, content);
  symlinkSync(corpus, at("own", "folder-link"));
  symlinkSync(train, at("own", "file-link.json"));
  linkSync(train, at("own", "hard-link.json"));
  const convert = (from: string, out: string) =>
    failure("corpus", "convert", from, "--to", "json", "--out", out);
  for (const [from, out] of [
    [corpus, corpus],
    [corpus, at("own", "folder-link")],
    [at("own", "folder-link"), corpus],
    [train, at("own", "file-link.json")],
    [at("own", "file-link.json"), train],
    [train, at("own", "hard-link.json")],
    [train, at("own", "corpus", "..", "corpus", "train.json")],
  ]) {
    const { code, message } = await convert(from, out);
    assert.equal(code, 2);
    assert.match(message!, /: is the corpus itself; write it elsewhere$/);
    assert.equal(readFileSync(train, "utf8"), content);
  }
});

test("an output file takes the place of a link; what the link leads to stays as it is", async () => {
  writeFileSync(at("elsewhere.json"), "mine");
  symlinkSync(at("elsewhere.json"), at("link.json"));
  symlinkSync(at("nowhere.json"), at("dangling.json"));
  for (const name of ["link.json", "dangling.json"]) {
    assert.ok(readlinkSync(at(name)));
    const args = ["corpus", "convert", at("codes", "train.json"), "--to", "json", "--out", at(name)];
    const { code, stderr } = await pnr(args);
    assert.equal(code, 0, stderr);
    assert.ok(lstatSync(at(name)).isFile(), "a file of its own");
  }
  assert.equal(readFileSync(at("elsewhere.json"), "utf8"), "mine");
  assert.ok(!readdirSync(folder).includes("nowhere.json"));
});
