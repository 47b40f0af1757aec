// cspell:ignore licence gneia
import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { serve } from "../support/server";
import { failure, pnr } from "./pnr";

const folder = mkdtempSync(join(tmpdir(), "pnr-cli-corpus-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const at = (...path: string[]): string => join(folder, ...path);

before(() => {
  mkdirSync(at("conll"));
  mkdirSync(at("one"));
  writeFileSync(
    at("conll", "train.txt"),
    "-DOCSTART- -X- -X- O\n\nAda N c I-PER\nand C c O\nBo N c I-PER\n\nshe P c O\r\nsings V c O\n\n",
  );
  writeFileSync(at("conll", "valid.txt"), "Cy N c B-PER\nsang V c O\n\n");
  writeFileSync(at("plain.txt"), Array.from({ length: 10 }, (_, sentence) => `w${sentence} O\n\n`).join(""));
});

test("convert writes every format and reads it back, and reports what it recognized and lost", async () => {
  const json = await pnr(["corpus", "convert", at("conll"), "--to", "json", "--out", at("json")]);
  assert.equal(json.code, 0, json.stderr);
  assert.equal(
    json.stdout,
    `2 sentences of ${at("conll", "train.txt")} are in ${at("json", "train.json")}\n1 sentences of ${at("conll", "valid.txt")} are in ${at("json", "dev.json")}\n`,
  );
  assert.match(
    json.stderr,
    /train\.txt: tags are IOB1\n.*train\.txt: 1 × carriage returns at the end of a line, dropped \(first: line 7\)\n/,
  );
  const [first] = JSON.parse(readFileSync(at("json", "train.json"), "utf8"));
  assert.deepEqual(first, {
    tokens: ["Ada", "and", "Bo"],
    entities: [
      { start: 0, end: 1, type: "PER" },
      { start: 2, end: 3, type: "PER" },
    ],
    pos: ["N", "C", "N"],
    ltokens: [],
    rtokens: ["she", "sings"],
    org_id: "line 3",
  });
  const [brat, one, bmes] = await Promise.all([
    pnr(["corpus", "convert", at("json"), "--to", "brat", "--out", at("brat")]),
    pnr(["corpus", "convert", at("json", "dev.json"), "--to", "jsonl", "--out", at("one")]),
    pnr([
      "corpus",
      "convert",
      at("json", "dev.json"),
      "--to",
      "conll",
      "--scheme",
      "bmes",
      "--out",
      at("dev.bmes"),
    ]),
  ]);
  assert.deepEqual([brat.code, one.code, bmes.code], [0, 0, 0], brat.stderr + one.stderr + bmes.stderr);
  assert.match(brat.stderr, /2 × sentences without their parts of speech, which brat cannot store/);
  assert.deepEqual(readdirSync(at("brat")).sort(), ["dev", "train"]);
  assert.equal(one.stdout, `1 sentences of ${at("json", "dev.json")} are in ${at("one", "dev.jsonl")}\n`);
  assert.equal(readFileSync(at("dev.bmes"), "utf8"), "Cy\tN\t-X-\tS-PER\nsang\tV\t-X-\tO\n\n");
});

test("stats describes a folder and a file, also with the paper's columns", async () => {
  const [columns, file, released] = await Promise.all([
    pnr(["corpus", "stats", at("conll")]),
    pnr(["corpus", "stats", at("conll", "valid.txt"), "--json"]),
    pnr(["corpus", "stats", at("conll"), "--as-released"]),
  ]);
  assert.match(columns.stdout, /^ +train +dev$/m);
  assert.match(columns.stdout, /^entities +2 +1$/m);
  assert.equal(JSON.parse(file.stdout).splits.train.entities, 1);
  assert.match(released.stdout, /^ +train +test$/m);
  assert.match(released.stdout, /^entities +0 /m);
  assert.match(released.stderr, /2 × entities cut or dropped as in the released code/);
});

test("check prints one line per finding; the exit code is 1 with faults, 0 without, 2 if unreadable", async () => {
  writeFileSync(at("bad.txt"), "a O\nb Q-X\n\nc O\n");
  writeFileSync(at("latin.txt"), Buffer.from("K\xe4se O\n", "latin1"));
  const [clean, faulty, unread, json] = await Promise.all([
    pnr(["corpus", "check", at("conll")]),
    pnr(["corpus", "check", at("bad.txt"), "--from", "conll"]),
    pnr(["corpus", "check", at("latin.txt")]),
    pnr(["corpus", "check", at("conll"), "--json"]),
  ]);
  assert.equal(clean.code, 0, clean.stdout);
  assert.match(
    clean.stdout,
    /^remark {2}1 × carriage returns .*\n3 sentences, 3 entities: 0 kinds of faults, 1 of remarks\n$/,
  );
  assert.equal(faulty.code, 1);
  assert.match(
    faulty.stdout,
    /^fault {3}1 × … is not a tag {2}\[.*bad\.txt: line 2: "Q-X" is not a tag; a tag is O, .*\]\n.*; 1 more sentences skipped because of their faults\n$/,
  );
  assert.deepEqual([unread.code, unread.stdout], [2, ""]);
  assert.match(
    unread.stderr,
    /^pnr: .*latin\.txt: line 1: is not valid UTF-8; save the file as UTF-8, or name its encoding with --encoding\n$/,
  );
  assert.equal(JSON.parse(json.stdout).findings[0].kind, "remark");
});

test("split draws by a seed or keeps the order, and rejects a corpus with splits", async () => {
  const split = (out: string, ...more: string[]) =>
    pnr(["corpus", "split", at("plain.txt"), "--by", "sentence", "--out", at(out), ...more]);
  const [one, same, other, ordered] = await Promise.all([
    split("s1"),
    split("s2"),
    split("s3", "--seed", "2"),
    split("s4", "--in-order", "--parts", "50,50,0", "--to", "jsonl"),
  ]);
  assert.deepEqual(
    [one.code, same.code, other.code, ordered.code],
    [0, 0, 0, 0],
    one.stderr + ordered.stderr,
  );
  const content = (out: string, file = "train.json"): string => readFileSync(at(out, file), "utf8");
  assert.equal(content("s1"), content("s2"));
  assert.notEqual(content("s1"), content("s3"));
  assert.deepEqual(readdirSync(at("s4")).sort(), ["dev.jsonl", "train.jsonl"]);
  assert.match(content("s4", "train.jsonl"), /^\{"tokens":\["w0"\]/);
  const { code, message } = await failure("corpus", "split", at("conll"), "--out", at("s5"));
  assert.deepEqual([code, message], [2, `${at("conll")}: already has splits (train, dev)`]);
});

test("fetch requires the license, verifies checksums, uses a mirror, and explains what to do without internet", async () => {
  const unread = await pnr(["corpus", "fetch", "weibo", "--out", at("weibo")]);
  assert.equal(unread.code, 2);
  assert.match(unread.stdout, /Creative Commons Attribution-ShareAlike 3\.0/);
  assert.match(
    unread.stderr,
    /^pnr: nothing was downloaded; add --accept-licence if you agree to the license above\n$/,
  );
  assert.equal(existsSync(at("weibo")), false);
  const mirror = await serve((_, response) => response.end("我0\tO\n"));
  const fetch = (...more: string[]) =>
    pnr([
      "corpus",
      "fetch",
      "weibo",
      "--accept-licence",
      "--out",
      at("weibo"),
      "--mirror",
      mirror.address,
      ...more,
    ]);
  const another = await fetch();
  assert.equal(another.code, 2);
  assert.match(
    another.stderr,
    /weiboNER_2nd_conll\.train: has the checksum .* this is not the expected file/,
  );
  const taken = await fetch("--any-checksum");
  assert.equal(taken.code, 0, taken.stderr);
  assert.match(
    taken.stdout,
    /weiboNER_2nd_conll\.test {2}downloaded {2}[0-9a-f]{64}\n\nNext: pnr corpus stats .*weibo\n$/,
  );
  assert.deepEqual(readdirSync(at("weibo")).sort(), [
    "checksums.sha256",
    ...["dev", "test", "train"].map((split) => `weiboNER_2nd_conll.${split}`),
  ]);
  await mirror.close();
  const offline = await pnr([
    "corpus",
    "fetch",
    "weibo",
    "--accept-licence",
    "--out",
    at("w2"),
    "--mirror",
    mirror.address,
  ]);
  assert.equal(offline.code, 2);
  assert.match(
    offline.stderr,
    /cannot be downloaded \(.*\); or download https:.*weiboNER_2nd_conll\.test as .*w2\/weiboNER_2nd_conll\.test.* in another way/,
  );
});

test("an error is one line with a way out", async () => {
  mkdirSync(at("nothing"));
  for (const [args, problem] of [
    [["convert", at("absent"), "--to", "json", "--out", at("x")], /absent: no such file or folder$/],
    [
      ["convert", at("nothing"), "--to", "json", "--out", at("x")],
      /nothing: holds neither splits \(train\.json, valid\.txt, …\) nor annotations of brat/,
    ],
    [["convert", at("conll"), "--to", "json"], /--out is required; see pnr corpus convert --help$/],
    [["convert", at("conll"), "--to", "jsn", "--out", at("x")], /did you mean "json"\?/],
    [
      ["convert", at("conll"), "--to", "json", "--out", at("plain.txt")],
      /plain\.txt: is a file; a corpus with splits needs a folder$/,
    ],
    [
      ["convert", at("plain.txt"), "--to", "conll", "--out", at("plain.txt")],
      /plain\.txt: is the corpus itself; choose another output$/,
    ],
    [
      ["convert", at("plain.txt"), "--columns", "token,tags", "--to", "json", "--out", at("x")],
      /A column is one of token, pos, tag, -; did you mean "tag"\?/,
    ],
    [["stats", at("nothing")], /nothing: holds neither splits/],
    [
      ["split", at("plain.txt"), "--parts", "80,30,10", "--out", at("x")],
      /^parts: 80,30,10 must be percentages of train, dev and test, 100 in all$/,
    ],
    [
      ["split", at("plain.txt"), "--parts", "80", "--out", at("x")],
      /It must be three percentages, such as 80,10,10/,
    ],
    [["fetch", "gneia"], /^There is no corpus "gneia" to fetch; did you mean "genia"\?$/],
  ] as const) {
    const { code, message } = await failure("corpus", ...args);
    assert.equal(code, 2, message);
    assert.match(message!, problem);
    assert.doesNotMatch(message!, /\n/);
  }
  assert.equal(existsSync(at("x")), false);
});
