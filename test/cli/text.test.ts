// cspell:ignore PUNCT wxyz
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { predictionFormat } from "../../src/cli/shared/prediction-formats";
import { TextSplit } from "../../src/cli/shared/text-split";
import { readSentences, type ScoredEntity, TextReader, type TextRules } from "../../src/corpus";
import { locateEntities } from "../../src/detector/text-entities";
import { textOf } from "../corpus/vectors/vector-files";
import { gathered } from "../support/streams";
import { type Finished, failure, pnr } from "./pnr";

const folder = mkdtempSync(join(tmpdir(), "pnr-text-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const [corpus, run, vectors] = ["corpus", "run", "vectors.txt"].map((name) => join(folder, name));
const tiny = [
  "model.hidden=8",
  "model.heads=2",
  "model.layers=1",
  "model.kernels=[2]",
  "model.embedding.characters=2",
];
const sentence = (gene: string) => ({
  tokens: ["The", gene, "gene", "rose", "."],
  pos: ["DET", "NOUN", "NOUN", "VERB", "PUNCT"],
  entities: [{ start: 1, end: 3, type: "DNA" }],
});
let trained: Finished;

before(async () => {
  mkdirSync(corpus);
  const write = (split: string, genes: string[]) =>
    writeFileSync(join(corpus, `${split}.json`), JSON.stringify(genes.map(sentence)));
  write("train", ["abc", "def", "ghi", "jkl"]);
  write("dev", ["mno", "pqr"]);
  const words = ["the", "gene", "rose", ".", "abc", "def", "ghi", "jkl", "mno", "later"];
  writeFileSync(vectors, textOf(words.map((word, at) => [word, [at, 1, -at]])));
  trained = await pnr(
    [
      "train",
      "--corpus",
      corpus,
      "--out",
      run,
      "--word-vectors",
      vectors,
      "--epochs",
      "40", // enough to predict entities
      "--json",
      "--set",
      "training.learningRate=0.02",
      ...tiny,
    ],
    { cwd: folder },
  );
});

test("train reads word vectors, sets the width to theirs and reports their coverage", () => {
  assert.equal(trained.code, 0, trained.stderr);
  assert.match(trained.stderr, /^word vectors: .*vectors\.txt, 10 words, 3 dimensions$/m);
  assert.match(trained.stderr, /^train, words +100\.0% +7 +1 +0 +0 +0$/m);
  assert.match(trained.stderr, /^dev, tokens +90\.0% +7 +2 +0 +0 +1$/m);
  const { wordVectors } = JSON.parse(trained.stdout);
  assert.equal(wordVectors.coverage.dev.words.missing, 1);
  const { config } = JSON.parse(readFileSync(join(run, "run.json"), "utf8"));
  assert.equal(config.model.embedding.words, 3);
  assert.equal(config.model.wordVectors.file, vectors);
});

test("predict shows a text on the command line for reading, and a file only with --text", async () => {
  const output = await pnr(["predict", "--run", run, "The abc gene rose. The def gene rose."]);
  assert.equal(output.code, 0, output.stderr);
  assert.match(
    output.stdout,
    /^The abc gene rose \.\n[^\n]*last one is included\n +predicted 1–2 +DNA [01]\.\d\d: abc gene\n\nThe def gene rose \.\n[^\n]*\n +predicted 1–2 +DNA [01]\.\d\d: def gene\n\n$/,
  );
  const lines = await pnr(["predict", "--run", run, "The abc gene rose.", "--format", "jsonl"]);
  assert.equal(JSON.parse(lines.stdout).entities[0].text, "abc gene");

  const input = join(folder, "argument.txt");
  writeFileSync(input, "The abc gene rose.");
  assert.deepEqual(await failure("predict", "--run", run, input), {
    code: 2,
    message: `${input}: is a file; add --text before it to predict its text`,
  });
  assert.deepEqual(await failure("predict", "--run", run, "A text.", "--text", input), {
    code: 2,
    message: "give exactly one of --corpus, --input, --text or a text; see pnr predict --help",
  });
});

test("pack adds words of the vectors, so that predict needs no file of vectors", async () => {
  const [packed, input] = [join(folder, "packed"), join(folder, "later.txt")];
  writeFileSync(input, "The later gene rose.");
  const trained = await pnr(
    "pack --weights f32 --words 10 --run"
      .split(" ")
      .concat(run, "--corpus", corpus, "--word-vectors", vectors, "--out", packed),
  );
  assert.equal(trained.code, 0, trained.stderr);
  assert.match(
    readFileSync(join(packed, "README.md"), "utf8"),
    /^Words that its training lacks and the model knows by their vectors: 1\. The run's 32-bit weights without these words have/m,
  );
  const [fromFile, fromModel, unknown] = await Promise.all([
    pnr(["predict", "--run", run, "--text", input, "--word-vectors", vectors]),
    pnr(["predict", "--run", packed, "--text", input]),
    pnr(["predict", "--run", run, "--text", input]),
  ]);
  assert.equal(fromModel.code, 0, fromModel.stderr);
  assert.equal(fromModel.stdout, fromFile.stdout);
  assert.notEqual(fromModel.stdout, unknown.stdout);
});

test("predict finds entities in plain text, with their positions", async () => {
  const text = "\ufeffThe abc gene rose. 😀\r\n\r\nThe def gene rose.\n";
  const input = join(folder, "text.txt");
  writeFileSync(input, text);
  const [piped, out, stored] = await Promise.all([
    pnr(["predict", "--run", run, "--text", "-"], { input: text }),
    pnr(["predict", "--run", run, "--text", input, "--format", "brat", "--window", "1"]),
    pnr(["predict", "--run", run, "--text", input, "--tokens", "character", "--word-vectors", vectors]),
  ]);
  assert.equal(piped.code, 0, piped.stderr);
  const lines = piped.stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  const asTokens = "the training corpus contained tokens, which may be split differently";
  const split = `text: split by the rules for English (${lines.length} sentences); ${asTokens}`;
  assert.ok(piped.stderr.split("\n").includes(split), piped.stderr);
  const joined = lines.map((line) => line.text);
  assert.ok(joined.includes("The def gene rose."), joined.join("|"));
  const plain = text.slice(1);
  for (const { text: part, start, tokens, pos, places, entities } of lines) {
    assert.equal(plain.slice(start, start + part.length), part);
    assert.deepEqual(
      places.map(([from, to]: [number, number]) => plain.slice(from, to)),
      tokens,
    );
    assert.equal(pos.length, tokens.length);
    for (const { from, to, text: mention } of entities) assert.equal(plain.slice(from, to), mention);
  }
  assert.equal(out.code, 0, out.stderr);
  const corpusFile = join(folder, "predicted.jsonl");
  writeFileSync(corpusFile, piped.stdout);
  const [sentence] = await gathered(readSentences(corpusFile));
  assert.deepEqual(sentence.tokens, lines[0].tokens, "predictions can be read as a corpus");
  const count = lines.flatMap(({ entities }) => entities).length;
  assert.ok(count > 0, "there are entities to compare");
  const annotations = out.stdout.trimEnd().split("\n").filter(Boolean);
  assert.equal(annotations.length, count);
  for (const line of annotations) {
    const [, , from, to, mention] = line.match(/^T\d+\t(\S+) (\d+) (\d+)\t(.*)$/)!;
    assert.equal([...plain].slice(Number(from), Number(to)).join("").replace(/\s/g, " "), mention);
  }
  assert.equal(stored.code, 0, stored.stderr);
  assert.deepEqual(JSON.parse(stored.stdout.split("\n")[0]).tokens.slice(0, 4), ["T", "h", "e", "a"]);
});

test("the rules that split a text are counted, with a warning if the corpus was split by others", async () => {
  const describe = async (tokenizer: "words" | undefined, ...rules: TextRules[]) => {
    const split = new TextSplit();
    await gathered(
      split.counted(
        (async function* () {
          for (const one of rules) yield { rules: one };
        })(),
      ),
    );
    return split.describe({ tokenizer });
  };
  assert.equal(await describe(undefined), undefined);
  assert.equal(await describe("words", "corpus"), "text: split like the training corpus (1 sentence)");
  assert.equal(
    await describe("words", "unicode"),
    "text: split by Unicode's rules (1 sentence); the training corpus was split differently",
  );
  const many = Array<TextRules>(1234).fill("english");
  assert.equal(
    await describe(undefined, ...many, "unicode"),
    "text: split by the rules for English (1,234 sentences) and by Unicode's rules (1 sentence); " +
      "the training corpus contained tokens, which may be split differently",
  );
});

test("brat's annotations count Unicode code points", async () => {
  const text = "😀 a𐐀b 😀 c\n\n😀 d e";
  const format = await predictionFormat("brat", { run: "", types: [] });
  const lines: string[] = [];
  for (const sentence of new TextReader("en", "word").read(text)) {
    const { text: part, start, tokens } = sentence;
    const line = {
      ...sentence,
      record: { text: part, start },
      place: "",
      locate: (all: readonly ScoredEntity[]) => locateEntities(sentence, all),
    };
    const entity = { start: tokens.length - 1, end: tokens.length, type: "cell line", probability: 1 };
    lines.push(await format.sentence(line, [entity]));
  }
  assert.equal(lines.join(""), "T1\tcell_line 8 9\tc\nT2\tcell_line 15 16\te\n");
});

test("columns represent the outermost entity, and the others are counted", async () => {
  const format = await predictionFormat("conll", { run: "", types: [] });
  const spans = [
    [0, 2, "DNA"],
    [1, 2, "protein"],
    [3, 4, "cell"],
  ] as const;
  const entities = spans.map(([start, end, type]) => ({ start, end, type, probability: 1 }));
  const line = { tokens: [..."abcd"], pos: [..."wxyz"], record: {}, place: "line 3", previous: ["before"] };
  const expected = ["a\tw\t-X-\tB-DNA", "b\tx\t-X-\tI-DNA", "c\ty\t-X-\tO", "d\tz\t-X-\tB-cell", "", ""];
  assert.equal(await format.sentence(line, entities), expected.join("\n"));
  assert.deepEqual(format.losses?.(), ["1 × entities that share tokens with the outermost, not written"]);
});

test("a page shows every sentence with its entities, also as text, and loads nothing", async () => {
  const page = join(folder, "page.html");
  const input = join(folder, "odd.txt");
  writeFileSync(input, "The <b>abc</b> gene rose.\n\nThe def gene rose.\n");
  const [scored, predicted] = await Promise.all([
    pnr(["predict", "--run", run, "--corpus", corpus, "--split", "dev", "--format", "html", "--out", page]),
    pnr(["predict", "--run", run, "--text", input, "--format", "html"]),
  ]);
  assert.equal(scored.code, 0, scored.stderr);
  const html = readFileSync(page, "utf8");
  assert.equal(html.match(/<figure /g)?.length, 2);
  assert.match(html, /aria-label="[✓–] gold 1–2 DNA: mno gene/);
  assert.match(html, /<figcaption>sentence 1<\/figcaption>\n<svg .*<\/svg>/s);
  assert.match(html, /Content-Security-Policy" content="default-src 'none'/);
  assert.ok(predicted.stdout.startsWith("<!doctype html>") && predicted.stdout.endsWith("</html>\n"));
  assert.ok(
    !predicted.stdout.includes("<b>") && !/gold|✗|✓/.test(predicted.stdout),
    "nothing is marked as right or wrong",
  );
});

test("input that cannot be read or predicted gives one line", async () => {
  const cases: [string[], RegExp][] = [
    [["--text", "none.txt"], /none\.txt: no such file/],
    [["--text", vectors, "--input", vectors], /give exactly one of --corpus, --input, --text or a text/],
    [["--text", vectors, "--language", "x_y"], /language "x_y" is .*language tag/],
    [["--text", "-", "--word-vectors", vectors], /standard input can be read once; give a file/],
    [["--text", vectors, "--word-vectors", "none.txt"], /none\.txt: no such file/],
    [["--text", vectors, "--format", "bart"], /must be one of jsonl, .*did you mean "brat"\?/],
    [["--corpus", corpus, "--split", "dev", "--format", "brat"], /provide one with --text/],
  ];
  for (const [args, problem] of cases) {
    const { code, message } = await failure("predict", "--run", run, ...args);
    assert.equal(code, 2);
    assert.match(message ?? "", problem);
  }
  const { message } = await failure(
    "train",
    "--corpus",
    corpus,
    "--word-vectors",
    join(corpus, "train.json"),
  );
  assert.match(message ?? "", /train\.json: .*expected GloVe's text/);
});

test("vectors info describes a file, as text and as JSON", async () => {
  const [text, json] = await Promise.all([
    pnr(["vectors", "info", vectors, "--corpus", corpus]),
    pnr(["vectors", "info", vectors, "--corpus", corpus, "--json"]),
  ]);
  assert.equal(text.code, 0, text.stderr);
  assert.match(text.stdout, /^format +text$/m);
  assert.match(text.stdout, /^smallest and largest number +-9\.000 9\.000$/m);
  assert.match(text.stdout, /^first words +"the" "gene" /m);
  assert.match(text.stdout, /^dev, words +83\.3% /m);
  const { rows, dimension, sha256, coverage } = JSON.parse(json.stdout);
  assert.deepEqual([rows, dimension, sha256.length], [10, 3, 64]);
  assert.equal(coverage.train.words.lower, 1);
});
