import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Option } from "commander";
import { CorpusError } from "../../../src/base/errors";
import { checkCorpus } from "../../../src/corpus/check/check-corpus";
import { describeSkipped, discoverSplits } from "../../../src/corpus/formats/discover-splits";
import type { FormatOption } from "../../../src/corpus/formats/format";
import { formatOf, formats, type ReadOptions } from "../../../src/corpus/formats/registry";
import { loadCorpus } from "../../../src/corpus/load";
import { testFolder } from "../../support/folders";
import { recognizedFormat, spans } from "../../support/reading";

const folder = testFolder("formats");

/** A folder of files. Names may contain folders. */
function files(name: string, content: Readonly<Record<string, string>>): string {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  for (const [file, text] of Object.entries(content)) {
    mkdirSync(join(path, file, ".."), { recursive: true });
    writeFileSync(join(path, file), text);
  }
  return path;
}

test("the beginning of a text determines its format", () => {
  for (const [text, format] of [
    ['[{"tokens": []}]', "json"],
    ["[]", "json"],
    ['  {"tokens": ["a"]}\n', "jsonl"],
    ['<?xml version="1.0"?><set>', "genia"],
    ["<set><article>", "genia"],
    ["我0\tO\n爱0\tB-X\n", "weibo"],
    ["我0 O\n爱1 O\n\n中0 B-X\n国1 I-X\n", "weibo"],
    ["w0\tO\nw1\tB-X\n", "conll"],
    ["page 1\tO\n2\tO\n", "conll"],
    ["-DOCSTART- -X- -X- O\n\na N c O\n", "conll"],
    ["a\tB-X\tO\n", "conll"],
    ["a O", "conll"],
    ["Once upon a time\nthere was\n", undefined],
    ["", undefined],
    ["\0\0\0", undefined],
  ] as const)
    assert.equal(recognizedFormat(text), format, text);
});

test("a file's ending takes precedence over its content; brat is recognized by annotations next to a file or inside a folder", () => {
  const path = files("names", {
    "a.json": "a O\n",
    "a.JSONL": "",
    "a.xml": "",
    "a.arrow": "",
    "b.txt": "x O\n",
    "c.txt": "x O\n",
    "c.ann": "",
    "d.iob2": "x O\n",
    "brat/x.ann": "",
  });
  const detected = ["a.json", "a.JSONL", "a.xml", "a.arrow", "b.txt", "c.txt", "c.ann", "d.iob2", "brat"];
  assert.deepEqual(
    detected.map((name) => formatOf(join(path, name)).name),
    ["json", "jsonl", "genia", "arrow", "conll", "brat", "brat", "conll", "brat"],
  );
});

test("refused: an unknown format, with the names of all formats", () => {
  const path = files("none", { "a.txt": "Once upon a time\n", "b.txt": "", "c/x.txt": "" });
  const refused = (name: string, problem: RegExp): void =>
    assert.throws(
      () => formatOf(join(path, name)).name,
      (error: Error) => error instanceof CorpusError && problem.test(error.message),
    );
  refused(
    "a.txt",
    /a\.txt: is of no known format; a corpus file is one of brat, .*conll, .*json: name its format/,
  );
  refused("b.txt", /b\.txt: is empty; /);
  refused("c", /c: is a folder without annotation files/);
});

test("splits are found by the usual names", () => {
  const detect = (name: string, ...names: string[]) => {
    const path = files(name, Object.fromEntries(names.map((file) => [file, ""])));
    return Object.fromEntries(
      Object.entries(discoverSplits(path).splits).map(([split, [file, ...parts]]) => {
        assert.deepEqual(parts, []);
        return [split, file.slice(path.length + 1)];
      }),
    );
  };
  assert.deepEqual(detect("plain", "train.json", "dev.jsonl", "test.txt", "metadata.json", "README.md"), {
    train: "train.json",
    dev: "dev.jsonl",
    test: "test.txt",
  });
  // cspell:disable-next-line
  assert.deepEqual(detect("conll", "eng.train", "eng.testa", "eng.testb"), {
    train: "eng.train",
    dev: "eng.testa",
    test: "eng.testb", // cspell:disable-line
  });
  assert.deepEqual(detect("weibo", "weiboNER_2nd_conll.train", "weiboNER_2nd_conll.dev"), {
    train: "weiboNER_2nd_conll.train",
    dev: "weiboNER_2nd_conll.dev",
  });
  assert.deepEqual(detect("valid", "valid.txt", "GENIA.Training.iob2"), {
    train: "GENIA.Training.iob2",
    dev: "valid.txt",
  });
  assert.deepEqual(
    detect(
      "exact",
      "train.json",
      "train_small.json",
      ".train.json.swp",
      "train.json.bak",
      "train.log",
      "train-dev.txt",
    ),
    { train: "train.json" },
  );
  assert.deepEqual(detect("brat", "train/a.ann", "dev/a.ann", "test/readme.md"), {
    train: "train",
    dev: "dev",
  });
  assert.throws(
    () => detect("two", "train.conll", "train.json"),
    /train\.json: is a second file for train, next to train\.conll; keep one of them in the folder, or number parts of one corpus, as in train-0-of-2\.json and train-1-of-2\.json$/,
  );
});

test("splits are found in any case, with numbers, without an ending, and by content if the ending is unknown", () => {
  const rows = "Ada B-PER\nsings O\n\n";
  const path = files("unusual", {
    conll2003Train1: rows,
    "VALIDATION-00000-of-00001.TXT": rows,
    "demo.test.char": rows,
    "notes.md": "Read me",
    "train_dev.tsv": rows,
    "test.py": "import sys\n",
    "train.conll.bak": rows,
    "dev/readme.md": "",
  });
  const { splits, skipped } = discoverSplits(path);
  assert.deepEqual(splits, {
    train: [join(path, "conll2003Train1")],
    dev: [join(path, "VALIDATION-00000-of-00001.TXT")],
    test: [join(path, "demo.test.char")],
  });
  assert.deepEqual(Object.fromEntries(skipped.map(({ name, reason }) => [name, reason])), {
    dev: "a folder without annotation files (.ann)",
    "notes.md": "its name contains no split",
    "test.py": "of no known format",
    "train.conll.bak": "a backup",
    "train_dev.tsv": "its name contains train and dev",
  });
  assert.deepEqual(
    skipped.filter(({ namesSplit }) => !namesSplit).map(({ name }) => name),
    ["notes.md"],
  );
});

test("parts of a split are joined in order and give the original corpus", async () => {
  const rows = (name: string) => `${name} B-PER\nsings O\n\n`;
  const names = Array.from({ length: 11 }, (_, index) => `Ada${index}`);
  const whole = files("whole", { "train.txt": names.map(rows).join("") });
  const parts = (first: number, digits: number) =>
    Object.fromEntries(
      names.map((name, index) => [
        `train-${String(index + first).padStart(digits, "0")}-of-11.conll`,
        rows(name),
      ]),
    );
  // ids are lines, which each part counts from 1
  const sentences = async (path: string, onRemark?: (line: string) => void) =>
    (await loadCorpus(path, { onRemark })).splits.train.map(({ id, ...sentence }) => sentence);
  const expected = await sentences(whole);
  assert.equal(expected.length, 11);
  for (const [name, content] of [
    ["parts-from-0", parts(0, 5)],
    ["parts-from-1", parts(1, 1)],
  ] as const) {
    const path = files(name, content);
    const remarks: string[] = [];
    const joined = await sentences(path, (line) => remarks.push(line.slice(path.length + 1)));
    assert.deepEqual(joined, expected);
    const [first] = Object.keys(content);
    assert.equal(remarks[0], `${first} and 10 more parts: columns are token, tag`);
    const checked = await checkCorpus(discoverSplits(path).splits);
    assert.equal(checked.sentences, 11);
  }
});

test("refused by name: missing parts, and files that are not parts of one split", () => {
  const refused = (name: string, names: readonly string[], problem: RegExp) =>
    assert.throws(
      () => discoverSplits(files(name, Object.fromEntries(names.map((file) => [file, ""])))),
      problem,
    );
  refused(
    "half",
    ["train-00000-of-00002.txt", "dev.txt"],
    /train-00000-of-00002\.txt: is a part of train, but the folder has 1 of 2 parts \(0\); add the missing ones, or rename it/,
  );
  refused(
    "gap",
    ["dev_1_of_3.txt", "dev_3_of_3.txt"],
    /dev_1_of_3\.txt: is a part of dev, .* 2 of 3 parts \(1, 3\)/,
  );
  refused("shifted", ["test-2-of-2.txt", "test-3-of-2.txt"], /is a part of test, .* 2 of 2 parts \(2, 3\)/);
  refused("kinds", ["train-0-of-2.txt", "train-1-of-2.json"], /is a second file for train, next to train-/);
  refused(
    "versions",
    ["train1.txt", "train2.txt"],
    /train1\.txt: is a second file for train, next to train2\.txt/,
  );
});

test("a named format accepts any ending; the message on Parquet says how to convert", () => {
  const path = files("endings", { "train.words": "Once upon a time\n", "dev.parquet": "PAR1\u0015\0" });
  assert.deepEqual(discoverSplits(path).splits, {});
  assert.deepEqual(discoverSplits(path, { from: "conll" }).splits, {
    train: [join(path, "train.words")],
    dev: [join(path, "dev.parquet")],
  });
  const { skipped } = discoverSplits(path);
  assert.deepEqual(
    skipped.map(({ name, reason }) => [name, reason.split(", as in")[0]]),
    [
      ["dev.parquet", "Parquet, which is not read: convert it in Python"],
      ["train.words", "of no known format"],
    ],
  );
});

test("every entry of a folder is a split or skipped with a reason", () => {
  const names = ["train.json", "train_small.json", "data.txt", "devel.iob", "x/a.ann", ".hidden"];
  const path = files("accounted", Object.fromEntries(names.map((name) => [name, ""])));
  const { splits, skipped } = discoverSplits(path);
  assert.deepEqual(Object.keys(splits), ["train", "dev"]);
  assert.equal(
    describeSkipped(skipped),
    "skipped data.txt (its name contains no split), x (its name contains no split), train_small.json (train.json is train)",
  );
  const many = Array.from({ length: 10 }, (_, index) => ({
    name: `f${index}`,
    reason: "r",
    namesSplit: false,
  }));
  assert.match(describeSkipped(many), /f7 \(r\), 2 more$/);
  assert.equal(describeSkipped([]), "");
});

test("a corpus may mix formats; repairs are reported in the order of splits", async () => {
  const path = files("mixed", {
    "valid.txt": "a O\r\nb I-X\n\n",
    "train.jsonl": '{"tokens": ["a"], "entities": []}\n',
    "test/d.txt": "Ada sings",
    "test/d.ann": "T1\tX 0 3\tAda\n",
  });
  const remarks: string[] = [];
  const { splits, types } = await loadCorpus(path, {
    onRemark: (line) => remarks.push(line.slice(path.length + 1)),
  });
  assert.deepEqual(types, ["X"]);
  assert.deepEqual([...splits.dev, ...splits.test].map(spans), [["1-2 X"], ["0-1 X"]]);
  assert.deepEqual(remarks, [
    "valid.txt: columns are token, tag",
    "valid.txt: tags are IOB1",
    "valid.txt: 1 × carriage returns at the end of a line, dropped (first: line 1)",
  ]);
});

test("an option implies its format, and is refused if another format is named or certain", () => {
  const path = files("implied", { "a.txt": "1 x y B-X z\n", "b.json": "[]", "c.txt": "我0 O\n" });
  const name = (file: string, options: ReadOptions): string => formatOf(join(path, file), options).name;
  assert.equal(name("a.txt", { columns: ["-", "token", "-", "tag", "-"] }), "conll");
  assert.equal(name("c.txt", { columns: ["token", "tag"] }), "conll");
  assert.equal(name("c.txt", { level: "char" }), "weibo");
  assert.equal(name("a.txt", { level: "char" }), "weibo");
  assert.equal(name("b.json", { asReleased: true }), "json");
  const refused = (file: string, options: ReadOptions, problem: RegExp) =>
    assert.throws(() => name(file, options), problem);
  refused("b.json", { level: "char" }, /b\.json: json has no option --level; it belongs to weibo$/);
  refused(
    "a.txt",
    { from: "conll", level: "char" },
    /^InputError: conll has no option --level; it belongs to weibo$/,
  );
  refused("c.txt", { level: "char", columns: ["token", "tag"] }, /c\.txt: weibo has no option --columns; /);
  refused("a.txt", { from: "conl" }, /format: must be one of .*; did you mean "conll"\?$/);
});

test("an option's flag matches its key and means the same in all formats", () => {
  const byName = new Map<string, FormatOption>();
  for (const { options, writer } of formats)
    for (const [key, option] of [
      ...Object.entries<FormatOption>(options),
      ...Object.entries<FormatOption>(writer?.options ?? {}),
    ]) {
      assert.equal(new Option(option.flags).attributeName(), key);
      assert.equal(byName.get(key) ?? option, option, key);
      byName.set(key, option);
    }
});
