import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { CorpusError, InputError } from "../../../src/base/errors";
import { isBlank } from "../../../src/corpus/text/character-classes";
import { EnglishRecognizer } from "../../../src/corpus/text/language";
import { longestSentence, TextReader, type TextSentence } from "../../../src/corpus/text/text-reader";
import type { Tokenizer } from "../../../src/corpus/types";
import { Vocabulary } from "../../../src/corpus/vocabulary";
import { gathered, inChunks } from "../../support/streams";

const read = (text: string, language = "auto", unit: "word" | "character" = "word") =>
  new TextReader(language, unit).read(text);
const tokensOf = (sentences: readonly TextSentence[]) => sentences.map(({ tokens }) => tokens.join(" "));

test("English is split into sentences and tagged words, which keep hyphens and slashes", () => {
  const text = "Dr. Lee's IL-2 didn't bind\nTNF/IL-6 (p < 0.5).  It rose - twice.\n";
  const sentences = read(text);
  assert.deepEqual(tokensOf(sentences), [
    "Dr. Lee 's IL-2 did n't bind TNF/IL-6 ( p < 0.5 ) .",
    "It rose - twice .",
  ]);
  assert.deepEqual(sentences[1].pos, ["PRON", "VERB", "PUNCT", "ADV", "PUNCT"]);
  assert.equal(sentences[1].text, "It rose - twice.");
  assert.equal(sentences[1].start, text.indexOf("It"));
  assert.deepEqual(sentences[1].offsets[1], [text.indexOf("rose"), text.indexOf("rose") + 4]);
  assert.deepEqual([sentences[0].next, sentences[1].previous], [sentences[1].tokens, sentences[0].tokens]);
});

test("blank lines separate sentences and contexts", () => {
  const sentences = read("A heading\n \t\r\nThe text goes on.\r\n");
  assert.deepEqual(tokensOf(sentences), ["A heading", "The text goes on ."]);
  assert.ok(sentences.every(({ previous, next }) => previous.length + next.length === 0));
});

test("Chinese is split into characters or words", () => {
  const text = "他去北京。\n好3G吗？";
  assert.deepEqual(tokensOf(read(text, "auto", "character")), ["他 去 北 京 。", "好 3 G 吗 ？"]);
  const words = read(text);
  assert.deepEqual(
    words.map(({ text: own }) => own),
    ["他去北京。", "好3G吗？"],
  );
  assert.ok(words[0].tokens.includes("北京"));
  assert.deepEqual(words[0].pos.at(-1), "PUNCT");
  assert.deepEqual(tokensOf(read("Der Bus hat's. Gut.", "de")), ["Der Bus hat's .", "Gut ."]);
  assert.deepEqual(tokensOf(read("I can't.", "en-GB")), ["I ca n't ."]);
});

test("English words stay whole, with letters of any script, marks and invisible characters", () => {
  const text =
    "TGF-β2 binds NF-κB1 (IκBα); Ĵan Čapek, Øre and Ünal went to Łomża. e\u0301den, co\u00adoperate, a\u200cb. " +
    "IL\u20112 in 5 µm; 中文 x\u0338 ≤ 3.";
  assert.deepEqual(tokensOf(read(text, "en")), [
    "TGF-β2 binds NF-κB1 ( IκBα ) ; Ĵan Čapek , Øre and Ünal went to Łomża .",
    "e\u0301den , co\u00adoperate , a\u200cb .",
    "IL\u20112 in 5 µm ; 中文 x\u0338 ≤ 3 .",
  ]);
  const [plain] = read("She can't eat IL-2A, i.e. 3:30 p.m.", "en");
  assert.deepEqual(plain.tokens.slice(0, 4), ["She", "ca", "n't", "eat"]);
});

test("in every language, emoji, flags and keycaps are one token each, and invisible characters are not tokens", () => {
  const symbols = ["👍🏽", "👩‍👩‍👧", "❤️", "🇵🇱", "1️⃣", "😀"];
  for (const language of ["en", "zh", "de"]) {
    const result = read(`ok ${symbols.join("")} fine\u200b \u200b\ufeff\u2060.`, language);
    assert.deepEqual(tokensOf(result), [`ok ${symbols.join(" ")} fine .`], language);
    assert.equal(result[0].pos[1], language === "en" ? "SYM" : result[0].pos[1]);
  }
  const characters = read(`好${symbols.join("")}ne\u0301`, "zh", "character")[0].tokens;
  assert.deepEqual(characters, ["好", ...symbols, "n", "e\u0301"]);
  assert.deepEqual(tokensOf(read("😀👍🏽", "en")), ["😀 👍🏽"]);
  assert.deepEqual(tokensOf(read("It rose. 😀 It fell.", "en")), ["It rose . 😀", "It fell ."]);
  assert.deepEqual(tokensOf(read("It rose.\n😀 It fell. 😀\n😀", "en")), ["It rose .", "😀 It fell . 😀 😀"]);
});

const isEnglish = (...paragraphs: string[]): boolean[] => {
  const recognizer = new EnglishRecognizer();
  return paragraphs.map((paragraph) => recognizer.isEnglish(paragraph));
};

test("language auto: no other language is taken for English", () => {
  // cspell:disable
  const others = {
    Afrikaans: "Die pasiënt is nie dadelik ondersoek nie, want die saal was vol.",
    Albanian: "Pacienti nuk u ekzaminua menjëherë, sepse pavijoni ishte plot.",
    Basque: "Gaixoa ez zuten berehala aztertu, aretoa beteta zegoelako.",
    Catalan: "El pacient no va ser examinat de seguida perquè la sala era plena.",
    Croatian: "Pacijent nije odmah pregledan jer je odjel bio pun.",
    Czech: "Pacient nebyl hned vyšetřen, protože oddělení bylo plné.",
    Danish: "Patienten blev ikke undersøgt med det samme, fordi afdelingen var fuld.",
    Dutch: "De arts heeft het resultaat in het verslag over de behandeling van de man gezet.",
    "Dutch, in simple words": "Hij was in het bed van de zaal en wou water.",
    Estonian: "Patsienti ei vaadatud kohe läbi, sest osakond oli täis.",
    Finnish: "Potilasta ei tutkittu heti, koska osasto oli täynnä.",
    French: "Le patient n'a pas été examiné tout de suite, parce que le service est plein.",
    Galician: "O paciente non foi examinado de inmediato porque a sala estaba chea.",
    German: "Der Arzt hat den Patienten nicht sofort untersucht, weil die Station voll war.",
    Hausa: "Ba a duba mara lafiya nan da nan ba saboda dakin ya cika da mutane.",
    Hungarian: "A beteget nem vizsgálták meg azonnal, mert az osztály tele volt.",
    Icelandic: "Sjúklingurinn var ekki skoðaður strax því að deildin var full.",
    Indonesian: "Pasien itu tidak segera diperiksa karena ruang rawat sudah penuh.",
    Irish: "Níor scrúdaíodh an t-othar láithreach mar go raibh an barda lán.",
    Italian: "Il paziente non fu visitato subito perché il reparto era pieno.",
    Latvian: "Pacientu uzreiz neizmeklēja, jo nodaļa bija pilna.",
    Lithuanian: "Pacientas nebuvo iš karto apžiūrėtas, nes skyrius buvo pilnas.",
    Malay: "Pesakit itu tidak diperiksa dengan segera kerana wad sudah penuh.",
    Norwegian: "Pasienten ble ikke undersøkt med en gang fordi avdelingen var full.",
    Polish: "Pacjent nie był badany od razu, ponieważ oddział jest pełny.",
    Portuguese: "O paciente não foi examinado de imediato porque a enfermaria estava cheia.",
    Romanian: "Pacientul nu a fost examinat imediat, deoarece secția era plină.",
    Slovak: "Pacient nebol hneď vyšetrený, pretože oddelenie bolo plné.",
    Slovenian: "Bolnika niso takoj pregledali, ker je bil oddelek poln.",
    Somali: "Bukaanka isla markiiba lama baadhin sababtoo ah qaybta ayaa buuxday.",
    Spanish: "El paciente no fue examinado de inmediato porque la sala estaba llena.",
    Swahili: "Mgonjwa hakuchunguzwa mara moja kwa sababu wodi ilikuwa imejaa.",
    Swedish: "Patienten blev inte undersökt genast, eftersom avdelningen var full.",
    Tagalog: "Hindi agad sinuri ang pasyente dahil puno na ang silid ng ospital.",
    Turkish: "Hasta hemen muayene edilmedi, çünkü servis çok doluydu.",
    Vietnamese: "Bệnh nhân không được khám ngay vì khoa đã đầy.",
    Welsh: "Ni chafodd y claf ei archwilio ar unwaith am fod y ward yn llawn.",
    Xhosa: "Isigulane asizange sixilongwe ngoko nangoko kuba igumbi lalizele ngabantu abagulayo.",
    Yoruba: "Wọn kò yẹ aláìsàn náà wò lẹ́sẹ̀kẹsẹ̀ nítorí pé yàrá náà ti kún.",
    Zulu: "Isiguli asizange sihlolwe ngokushesha ngoba igumbi lesibhedlela lase ligcwele abantu abagulayo.",
    Chinese: "患者没有立即接受检查。",
  };
  // cspell:enable
  for (const [language, text] of Object.entries(others)) assert.deepEqual(isEnglish(text), [false], language);
  // Three of five letters are Han; then two of four.
  assert.deepEqual([isEnglish("ab 中文字"), isEnglish("ab 中文")], [[false], [true]]);
});

test("language auto: English by its function words, and where nothing shows another language", () => {
  const english = [
    "The patient was not examined at once, because the ward was full.",
    "Human T cell leukemia virus type 1",
    "IL-2 gene expression",
    "Dvořák, Łukasz and Erdős met in Łódź.",
    "NF-κB",
    "IL-2 and IL-6 act via IL-2R.",
    "Un and Une are genes of the fly.",
    "De novo synthesis",
    "Ana de la Cruz met him with joy.",
    "12 + 3",
    "",
  ];
  for (const text of english) assert.deepEqual(isEnglish(text), [true], text);
  // nine words without a function word; eight could be a heading
  const words = "gene cell mouse blood liver brain heart lung".split(" ");
  assert.deepEqual(isEnglish(words.join(" ")), [true]);
  assert.deepEqual(isEnglish([...words, "bone"].join(" ")), [false]);
  // one function word in twelve words, and in thirteen
  const twelve = [...words, "bone", "skin", "with", "nerve"].join(" ");
  assert.deepEqual(isEnglish(twelve), [true]);
  assert.deepEqual(isEnglish(`${twelve} vein`), [false]);
});

test("language auto: an unclear paragraph is like the last clear one of its text", () => {
  const [english, heading, unclear] = [
    "They were seen with them.",
    "Gene expression",
    "To be in it is an art.",
  ];
  // cspell:disable-next-line
  const dutch = "Het werd niet gezien omdat de zaal vol was.";
  assert.deepEqual(isEnglish(heading, dutch, heading, unclear), [true, false, false, false]);
  assert.deepEqual(isEnglish(dutch, english, heading, unclear), [false, true, true, true]);
  assert.deepEqual(isEnglish(unclear, heading), [true, true]);
  // a paragraph in other letters says nothing about those in Latin letters
  assert.deepEqual(isEnglish(english, "患者没有立即接受检查。", heading), [true, false, true]);
  const reader = new TextReader("auto", "word");
  const rules = (text: string) => reader.read(text).map((sentence) => sentence.rules);
  assert.deepEqual(rules(`${dutch}\n\n${heading}`), ["unicode", "unicode"]);
  assert.deepEqual(rules(heading), ["english"], "each text begins without a language");
});

test("a sentence names the rules that split it", () => {
  const rules = (language: string, unit: "word" | "character" | { readonly like: Tokenizer }) =>
    new TextReader(language, unit).read("They met.")[0].rules;
  assert.deepEqual(
    [rules("auto", "word"), rules("en-GB", "word"), rules("nl", "word"), rules("en", "character")],
    ["english", "english", "unicode", "unicode"],
  );
  assert.deepEqual([rules("auto", "character"), rules("auto", { like: "space" })], ["unicode", "corpus"]);
  // the English tokenizer would keep IL-2-Test whole
  // cspell:disable-next-line
  assert.deepEqual(tokensOf(read("Das ist der IL-2-Test von dem ich rede.")), [
    "Das ist der IL - 2 - Test von dem ich rede .",
  ]);
});

test("a text is tokenized like a raw-text corpus, one sentence per line", () => {
  const text = "It's 3:30, Dr. Lee.\nIL-2/IL-4 rose.\n\n  ok ";
  const like = (tokenizer: Tokenizer) => new TextReader("auto", { like: tokenizer }).read(text);
  assert.deepEqual(tokensOf(like("words")), ["It's 3 : 30 , Dr . Lee .", "IL-2 / IL-4 rose .", "ok"]);
  assert.deepEqual(tokensOf(like("space")), ["It's 3:30, Dr. Lee.", "IL-2/IL-4 rose.", "ok"]);
  const [, second] = like("words");
  assert.deepEqual([second.start, second.offsets[1]], [text.indexOf("IL-2"), [24, 25]]);
});

test("an invalid language is refused", () => {
  const isInputError = (error: unknown) => error instanceof InputError && /"english_uk"/.test(error.message);
  assert.throws(() => read("x", "english_uk"), isInputError);
});

test("a very long sentence is split, after punctuation if there is any", () => {
  const [first, second] = read(`${"word ".repeat(200)}; ${"word ".repeat(100)}`);
  assert.equal(first.tokens.length, 201);
  assert.equal(second.tokens.length, 100);
  const plain = read("word ".repeat(2 * longestSentence + 5));
  assert.deepEqual(
    plain.map(({ tokens }) => tokens.length),
    [longestSentence, longestSentence, 5],
  );
});

const parts = fc.constantFrom(
  ...[
    "a",
    "IL-2",
    "B/c",
    " ",
    "  ",
    "\n",
    "\r\n",
    "\n\n",
    "\t",
    ".",
    "! ",
    "?",
    "constructor",
    "__proto__",
    "Dr.",
  ],
  ...[
    "日本",
    "。",
    "\u3000",
    "\u00a0",
    "\u2028",
    "\u000b",
    "😀",
    "👩‍👩‍👧",
    "e\u0301",
    "\ufeff",
    "\ud83d",
    '"',
    "'s",
    "n't",
  ],
  ...["κ", "β1", "ř", "Ł", "µm", "ﬁ", "\u0338", "\u200b", "\u200d", "\u00ad", "🇵🇱", "1️⃣", "ไทย", "ِ", "ę"],
  ...["(", ")", "-", "/", "3.5", "$", "http://a.b/c?d", "x@y.org", "#tag", "@me", "12:30", "\0"],
);
const anyText = fc.oneof(
  fc.array(parts, { maxLength: 25 }).map((all) => all.join("")),
  fc.string({ unit: "binary", maxLength: 60 }),
);
const anyReader = fc.tuple(
  fc.constantFrom("auto", "en", "zh", "th", "fr"),
  fc.constantFrom<("word" | "character")[]>("word", "character"),
);

test("tokens match their offsets, are in order, and skip only white space and invisible characters", () => {
  fc.assert(
    fc.property(anyText, anyReader, (text, [language, unit]) => {
      let index = 0;
      for (const sentence of read(text, language, unit)) {
        const { tokens, pos, offsets, start } = sentence;
        assert.ok(tokens.length > 0 && tokens.length <= longestSentence);
        assert.deepEqual([pos.length, offsets.length, start], [tokens.length, tokens.length, offsets[0][0]]);
        assert.equal(sentence.text, text.slice(start, offsets[offsets.length - 1][1]));
        for (const [place, [from, to]] of offsets.entries()) {
          assert.equal(text.slice(from, to), tokens[place]);
          assert.ok(isBlank(text.slice(index, from)));
          assert.ok(!isBlank(tokens[place]));
          index = to;
        }
      }
      assert.ok(isBlank(text.slice(index)));
    }),
    { numRuns: 1500 },
  );
});

test("no token border is inside a character, or inside an English word with non-ASCII letters", () => {
  const spaceless =
    /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
  const letters = fc.string({
    unit: fc.oneof(
      fc.constantFrom(
        ...[
          "a",
          "B",
          "2",
          "κ",
          "β",
          "ř",
          "Ł",
          "é",
          "e\u0301",
          "ş",
          "ư",
          "\u00ad",
          "\u200d",
          "-",
          "я",
          "ب",
          "अ",
        ],
      ),
      fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 }),
    ),
    minLength: 1,
    maxLength: 8,
  });
  const graphemes = new Intl.Segmenter("und", { granularity: "grapheme" });
  fc.assert(
    fc.property(fc.array(letters, { minLength: 1, maxLength: 6 }), anyReader, (parts, [language, unit]) => {
      const text = parts.join(" ");
      const offsets = read(text, language, unit).flatMap((sentence) => sentence.offsets);
      const inside = (start: number, end: number) =>
        offsets.flat().filter((place) => place > start && place < end);
      for (const { segment, index } of graphemes.segment(text))
        if (/^\p{L}\p{M}+$/u.test(segment))
          assert.deepEqual(inside(index, index + segment.length), [], segment);
      if (language !== "en" || unit !== "word") return;
      for (const { 0: word, index } of text.matchAll(/[\p{L}\p{M}\p{N}]+/gu))
        if (/[^\0-\x7f]/.test(word) && !spaceless.test(word))
          assert.deepEqual(inside(index, index + word.length), [], word);
    }),
    { numRuns: 1500 },
  );
});

test("a stream gives the same sentences as a string, for any chunks", async () => {
  await fc.assert(
    fc.asyncProperty(anyText, fc.integer({ min: 1, max: 9 }), fc.boolean(), async (raw, size, mark) => {
      // lone surrogates have no UTF-8; a byte order mark is ignored
      const text = Buffer.from(raw)
        .toString()
        .replace(/^\ufeff+/, "");
      const bytes = Buffer.from((mark ? "\ufeff" : "") + text);
      const reader = new TextReader("auto", "word");
      assert.deepEqual(await gathered(reader.stream(inChunks(bytes, size), "text")), reader.read(text));
    }),
    { numRuns: 300 },
  );
  const latin1 = inChunks(Buffer.from("caf\xe9\n", "latin1"), 3);
  await assert.rejects(
    gathered(new TextReader("auto", "word").stream(latin1, "text")),
    (error: Error) => error instanceof CorpusError && /^text: line 1: is not valid UTF-8/.test(error.message),
  );
});

test("a paragraph of any length is split between characters", () => {
  const words = `${"word ".repeat(60_000)}end`;
  const result = read(words);
  assert.equal(result.flatMap(({ tokens }) => tokens).length, 60_001);
  assert.ok(result.every(({ tokens }) => tokens.every((token) => token === "word" || token === "end")));
  const faces = `x${"😀".repeat(2 ** 17 + 3)}`;
  const characters = read(faces, "zh", "character").flatMap(({ tokens }) => tokens);
  assert.equal(characters.length, 2 ** 17 + 4);
  assert.ok(characters.slice(1).every((token) => token === "😀"));
});

test("segmenting window by window gives the same result as at once", () => {
  const line = "他在北京大学学习。天气好！3.5倍IL-2基因 “是。” ไปโรงเรียน 👩‍👩‍👧 ok ";
  const text = line.repeat(400);
  const segmenter = (granularity: "sentence" | "word") => new Intl.Segmenter("zh", { granularity });
  const filled = ({ segment }: { readonly segment: string }) => segment.trim() !== "";
  const sentences = [...segmenter("sentence").segment(text)].filter(filled);
  assert.deepEqual(
    read(text, "zh").map(({ text: own }) => own),
    sentences.map(({ segment }) => segment.trim()),
  );
  const plain = text.replace(/[。！.”]/g, "");
  const words = [...segmenter("word").segment(plain)].filter(filled).map(({ segment }) => segment);
  assert.deepEqual(
    read(plain, "zh").flatMap(({ tokens }) => tokens),
    words,
  );
});

test("long runs without white space do not go to winkNLP, which would take hours", () => {
  for (const run of ["a", "a-", "-", "1."]) {
    const long = run.repeat(100_000);
    const sentences = read(`It holds.\nThen ${long} follows. Good.`);
    assert.deepEqual(tokensOf(sentences.slice(0, 2)), ["It holds .", "Then"]);
    assert.deepEqual(tokensOf(sentences.slice(-2)), ["follows .", "Good ."]);
    assert.equal(
      sentences
        .slice(2, -2)
        .flatMap(({ tokens }) => tokens)
        .join(""),
      long,
    );
  }
});

test("tags are mapped to those of the model", () => {
  const text = "The cells are (very) small, and Lee's didn't grow.";
  const abbreviations: [string, string][] = [
    [
      "DET NOUN AUX PUNCT ADV ADJ CCONJ PROPN PART VERB",
      "DET NOUN AUX PUNCT ADV PUNCT ADJ PUNCT CCONJ PROPN PART AUX PART VERB PUNCT",
    ],
    [", . ( ) DET NOUN VERB ADV ADJ CONJ PRT", "DET NOUN VERB ( ADV ) ADJ , CONJ NOUN PRT VERB PRT VERB ."],
    [
      "DT NNS NN VBP VBD VB -LRB- -RRB- RB JJ , CC NNP POS .",
      "DT NNS VBP -LRB- RB -RRB- JJ , CC NNP POS VBD RB VB .",
    ],
    ["X", Array(15).fill("X").join(" ")],
  ];
  for (const [tags, expected] of abbreviations) {
    const reader = new TextReader("en", "word", Vocabulary.from(tags.split(" ")));
    assert.equal(reader.read(text)[0].pos.join(" "), expected, tags);
  }
  const unknown = new TextReader("en", "word", Vocabulary.from(["other"])).read("It grew.");
  assert.deepEqual(
    unknown[0].pos,
    ["PRON", "VERB", "PUNCT"],
    "the universal tag, which is unknown to the model",
  );
});
