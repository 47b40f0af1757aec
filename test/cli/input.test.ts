import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { failure, pnr } from "./pnr";

const folder = mkdtempSync(join(tmpdir(), "pnr-cli-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const good = {
  tokens: ["the", "alpha", "receptor", "gene"],
  pos: ["DET", "NOUN", "NOUN", "NOUN"],
  entities: [
    { start: 1, end: 3, type: "protein" },
    { start: 1, end: 4, type: "DNA" },
  ],
};

function corpus(name: string, splits: Readonly<Record<string, unknown>>): string {
  const path = join(folder, name);
  mkdirSync(path);
  for (const [split, content] of Object.entries(splits)) {
    const text = typeof content === "string" ? content : JSON.stringify(content);
    writeFileSync(join(path, `${split}.json`), text);
  }
  return path;
}

test("corpus stats prints Table 1 as text and as JSON", async () => {
  const path = corpus("good", { train: [good, { tokens: ["none"], entities: [] }], dev: [good] });
  const [text, json] = await Promise.all([
    pnr(["corpus", "stats", path]),
    pnr(["corpus", "stats", path, "--json"]),
  ]);
  assert.equal(text.code, 0, text.stderr);
  assert.match(text.stdout, /^ +train +dev$/m);
  assert.match(text.stdout, /^tokens per sentence, mean +2\.50 +4\.00$/m);
  assert.match(text.stdout, /^nested entities +100\.0% +100\.0%$/m);
  const { types, splits } = JSON.parse(json.stdout);
  assert.deepEqual(types, ["DNA", "protein"]);
  assert.equal(splits.train.entities, 2);
  assert.equal(splits.test.sentences, 0);
});

test("an invalid corpus gives one line with position and problem, exit code 2, and no output", async () => {
  const cases: [string, Readonly<Record<string, unknown>>, RegExp][] = [
    ["empty", { train: [] }, /empty: train holds no sentences/],
    ["absent", {}, /absent: .*train/],
    ["broken", { train: '[{"tokens": ["a"], ' }, /broken\/train\.json: not valid JSON/],
    [
      "outside",
      { train: [good, { ...good, entities: [{ start: 2, end: 5, type: "DNA" }] }] },
      /outside\/train\.json: sentence 1: entities\[0\]: .*end 5/,
    ],
    [
      "backward",
      { train: [{ ...good, entities: [{ start: 2, end: 2, type: "DNA" }] }] },
      /backward\/train\.json: sentence 0: entities\[0\]: .*start 2/,
    ],
    [
      "field",
      { train: [{ ...good, entities: [{ start: "1", end: 2, type: "DNA" }] }] },
      /field\/train\.json: sentence 0: entities\[0\]\.start: must be an integer, not "1"/,
    ],
    [
      "tags",
      { train: [good], dev: [{ ...good, pos: ["DET"] }] },
      /tags\/dev\.json: sentence 0: pos: .*1 .*4/,
    ],
  ];
  const out = join(folder, "run");
  for (const [name, splits, problem] of cases) {
    const { code, message } = await failure("train", "--corpus", corpus(name, splits), "--out", out);
    assert.equal(code, 2, `${name}: ${message}`);
    assert.match(message!, problem);
    assert.doesNotMatch(message!, /\n/);
    assert.ok(!existsSync(out), name);
  }
  const { code, stdout, stderr } = await pnr(["train", "--corpus", join(folder, "outside"), "--out", out]);
  assert.equal(code, 2);
  assert.equal(stdout, "");
  assert.match(stderr, /^pnr: [^\n]+\n$/);
});

test("no command writes a cache into the working folder", async () => {
  const cwd = join(folder, "called-from");
  mkdirSync(cwd);
  const cache = join(folder, "cache");
  const path = corpus("cached", { train: [good] });
  const { code, stderr } = await pnr(["corpus", "stats", path], { cwd, env: { PNR_CACHE: cache } });
  assert.equal(code, 0, stderr);
  assert.deepEqual(readdirSync(cwd), []);
  assert.equal(readdirSync(join(cache, "corpora")).length, 1);
});

test("a config file with a repeated key is rejected", async () => {
  const config = join(folder, "twice.json");
  writeFileSync(config, '{"training": {"epochs": 1, "epochs": 2}}');
  const { code, message } = await failure("train", "--corpus", "none", "--config", config);
  assert.equal(code, 2);
  assert.match(message!, /twice\.json: not valid JSON \(the key "epochs" appears twice in one object\)$/);
});
