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
const pathOf = (...path: string[]): string => join(folder, ...path);

before(() => {
  mkdirSync(pathOf("conll"));
  mkdirSync(pathOf("one"));
  writeFileSync(
    pathOf("conll", "train.txt"),
    "-DOCSTART- -X- -X- O\n\nAda N c I-PER\nand C c O\nBo N c I-PER\n\nshe P c O\r\nsings V c O\n\n",
  );
  writeFileSync(pathOf("conll", "valid.txt"), "Cy N c B-PER\nsang V c O\n\n");
  writeFileSync(
    pathOf("plain.txt"),
    Array.from({ length: 10 }, (_, sentence) => `w${sentence} O\n\n`).join(""),
  );
});

test("convert writes every format and reads it back, and reports what it recognized and lost", async () => {
  const json = await pnr(["corpus", "convert", pathOf("conll"), "--to", "json", "--out", pathOf("json")]);
  assert.equal(json.code, 0, json.stderr);
  assert.equal(
    json.stdout,
    `2 sentences of ${pathOf("conll", "train.txt")} are in ${pathOf("json", "train.json")}\n1 sentences of ${pathOf("conll", "valid.txt")} are in ${pathOf("json", "dev.json")}\n`,
  );
  assert.match(
    json.stderr,
    /train\.txt: tags are IOB1\n.*train\.txt: 1 × carriage returns at the end of a line, dropped \(first: line 7\)\n/,
  );
  const [first] = JSON.parse(readFileSync(pathOf("json", "train.json"), "utf8"));
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
    pnr(["corpus", "convert", pathOf("json"), "--to", "brat", "--out", pathOf("brat")]),
    pnr(["corpus", "convert", pathOf("json", "dev.json"), "--to", "jsonl", "--out", pathOf("one")]),
    pnr([
      "corpus",
      "convert",
      pathOf("json", "dev.json"),
      "--to",
      "conll",
      "--scheme",
      "bmes",
      "--out",
      pathOf("dev.bmes"),
    ]),
  ]);
  assert.deepEqual([brat.code, one.code, bmes.code], [0, 0, 0], brat.stderr + one.stderr + bmes.stderr);
  assert.match(brat.stderr, /2 × sentences without their parts of speech, which brat cannot store/);
  assert.deepEqual(readdirSync(pathOf("brat")).sort(), ["dev", "train"]);
  assert.equal(
    one.stdout,
    `1 sentences of ${pathOf("json", "dev.json")} are in ${pathOf("one", "dev.jsonl")}\n`,
  );
  assert.equal(readFileSync(pathOf("dev.bmes"), "utf8"), "Cy\tN\t-X-\tS-PER\nsang\tV\t-X-\tO\n\n");
});

test("stats describes a folder and a file, also with the paper's columns", async () => {
  const [columns, file, released] = await Promise.all([
    pnr(["corpus", "stats", pathOf("conll")]),
    pnr(["corpus", "stats", pathOf("conll", "valid.txt"), "--json"]),
    pnr(["corpus", "stats", pathOf("conll"), "--as-released"]),
  ]);
  assert.match(columns.stdout, /^ +train +dev$/m);
  assert.match(columns.stdout, /^entities +2 +1$/m);
  assert.equal(JSON.parse(file.stdout).splits.train.entities, 1);
  assert.match(released.stdout, /^ +train +test$/m);
  assert.match(released.stdout, /^entities +0 /m);
  assert.match(released.stderr, /2 × entities cut or dropped as in the released code/);
});

test("check prints one line per finding; the exit code is 1 with faults, 0 without, 2 if unreadable", async () => {
  writeFileSync(pathOf("bad.txt"), "a O\nb Q-X\n\nc O\n");
  writeFileSync(pathOf("latin.txt"), Buffer.from("K\xe4se O\n", "latin1"));
  const [clean, faulty, unread, json] = await Promise.all([
    pnr(["corpus", "check", pathOf("conll")]),
    pnr(["corpus", "check", pathOf("bad.txt"), "--from", "conll"]),
    pnr(["corpus", "check", pathOf("latin.txt")]),
    pnr(["corpus", "check", pathOf("conll"), "--json"]),
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
    pnr(["corpus", "split", pathOf("plain.txt"), "--by", "sentence", "--out", pathOf(out), ...more]);
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
  const content = (out: string, file = "train.json"): string => readFileSync(pathOf(out, file), "utf8");
  assert.equal(content("s1"), content("s2"));
  assert.notEqual(content("s1"), content("s3"));
  assert.deepEqual(readdirSync(pathOf("s4")).sort(), ["dev.jsonl", "train.jsonl"]);
  assert.match(content("s4", "train.jsonl"), /^\{"tokens":\["w0"\]/);
  const { code, message } = await failure("corpus", "split", pathOf("conll"), "--out", pathOf("s5"));
  assert.deepEqual([code, message], [2, `${pathOf("conll")}: already has splits (train, dev)`]);
});

test("fetch requires the license, verifies checksums, uses a mirror, and explains what to do without internet", async () => {
  const unread = await pnr(["corpus", "fetch", "weibo", "--out", pathOf("weibo")]);
  assert.equal(unread.code, 2);
  assert.match(unread.stdout, /Creative Commons Attribution-ShareAlike 3\.0/);
  assert.match(
    unread.stderr,
    /^pnr: nothing was downloaded; add --accept-licence if you agree to the license above\n$/,
  );
  assert.equal(existsSync(pathOf("weibo")), false);
  const mirror = await serve((_, response) => response.end("我0\tO\n"));
  const fetch = (...more: string[]) =>
    pnr([
      "corpus",
      "fetch",
      "weibo",
      "--accept-licence",
      "--out",
      pathOf("weibo"),
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
  const fetched = await fetch("--any-checksum");
  assert.equal(fetched.code, 0, fetched.stderr);
  assert.match(
    fetched.stdout,
    /weiboNER_2nd_conll\.test {2}downloaded {2}[0-9a-f]{64}\n\nNext: pnr corpus stats .*weibo\n$/,
  );
  assert.deepEqual(readdirSync(pathOf("weibo")).sort(), [
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
    pathOf("w2"),
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
  mkdirSync(pathOf("nothing"));
  for (const [args, problem] of [
    [["convert", pathOf("absent"), "--to", "json", "--out", pathOf("x")], /absent: no such file or folder$/],
    [
      ["convert", pathOf("nothing"), "--to", "json", "--out", pathOf("x")],
      /nothing: holds neither splits \(train\.json, valid\.txt, …\) nor annotations of brat/,
    ],
    [["convert", pathOf("conll"), "--to", "json"], /--out is required; see pnr corpus convert --help$/],
    [["convert", pathOf("conll"), "--to", "jsn", "--out", pathOf("x")], /did you mean "json"\?/],
    [
      ["convert", pathOf("conll"), "--to", "json", "--out", pathOf("plain.txt")],
      /plain\.txt: is a file; a corpus with splits needs a folder$/,
    ],
    [
      ["convert", pathOf("plain.txt"), "--to", "conll", "--out", pathOf("plain.txt")],
      /plain\.txt: is the corpus itself; choose another output$/,
    ],
    [
      ["convert", pathOf("plain.txt"), "--columns", "token,tags", "--to", "json", "--out", pathOf("x")],
      /A column is one of token, pos, tag, -; did you mean "tag"\?/,
    ],
    [["stats", pathOf("nothing")], /nothing: holds neither splits/],
    [
      ["split", pathOf("plain.txt"), "--parts", "80,30,10", "--out", pathOf("x")],
      /^parts: 80,30,10 must be percentages of train, dev and test, 100 in all$/,
    ],
    [
      ["split", pathOf("plain.txt"), "--parts", "80", "--out", pathOf("x")],
      /It must be three percentages, such as 80,10,10/,
    ],
    [["fetch", "gneia"], /^There is no corpus "gneia" to fetch; did you mean "genia"\?$/],
  ] as const) {
    const { code, message } = await failure("corpus", ...args);
    assert.equal(code, 2, message);
    assert.match(message!, problem);
    assert.doesNotMatch(message!, /\n/);
  }
  assert.equal(existsSync(pathOf("x")), false);
});
