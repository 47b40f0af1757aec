// Small valid corpora.
import type { Parts } from "../reader";

const texts = (...all: readonly string[]): readonly Parts[] => all.map((text) => [Buffer.from(text, "utf8")]);

export const columnSeeds: readonly Parts[] = texts(
  "-DOCSTART- -X- -X- O\n\nAda NNP B-NP B-PER\nlives VBZ B-VP O\nin IN B-PP O\nOld NNP B-NP B-LOC\nTown NNP I-NP I-LOC\n\nRain NN B-NP O\n\n",
  "Ada\tB-PER\r\n我\tO\r\n\r\nx\tS-LOC\r\n",
  "a B-X\nb M-X\nc E-X\nd S-Y\n\ne O\n",
  "a NN I-X\nb NN I-X\nc NN B-X\n\n",
);

export const nestedSeeds: readonly Parts[] = texts(
  "the\tB-G\tO\tO\nold\tI-G\tB-D\tO\ngene\tI-G\tI-D\tB-P\n\nalone\tO\tO\tO\n\n",
  "a\tO\tB-X\nb\tB-Y\tI-X\n\n",
);

export const weiboSeeds: readonly Parts[] = texts(
  "我0\tO\n住0\tO\n在0\tO\n上0\tB-GPE.NAM\n海1\tI-GPE.NAM\n\n310\tO\nh11\tO\n\n",
  "大0\tB-PER.NOM\n哥1\tI-PER.NOM\n\n",
);

const marked =
  '<?xml version="1.0" encoding="UTF-8"?>\n<set><article><articleinfo><bibliomisc>MEDLINE:1</bibliomisc></articleinfo><title><sentence><w c="DT">the</w> <cons lex="a" sem="G#protein_molecule"><cons sem="G#DNA_part"><w c="NN">abc</w></cons> <w c="NN">factor</w></cons></sentence></title>' +
  '<abstract><sentence><cons sem="(AND G#RNA_x G#RNA_y)"><cons lex="b*"><w c="*">b</w></cons><w c="NN">-binding</w></cons> &amp; <w c=".">.</w></sentence></abstract></article></set>\n';

export const geniaSeeds: readonly Parts[] = texts(
  marked,
  '<set><article><bibliomisc>MEDLINE:2</bibliomisc><sentence>The <cons sem="G#cell_type">T cell</cons>s <cons sem="G#other_name">grow</cons>.</sentence></article></set>',
);

export const jsonSeeds: readonly Parts[] = texts(
  JSON.stringify([
    {
      tokens: ["Ada", "lives", "in", "Old", "Town"],
      entities: [
        { start: 0, end: 1, type: "PER" },
        { start: 3, end: 5, type: "LOC" },
      ],
      pos: ["NNP", "VBZ", "IN", "NNP", "NNP"],
      ltokens: ["Once", "."],
      rtokens: [],
      org_id: "d1",
    },
    { tokens: ["我", "😀"], entities: [{ start: 0, end: 2, type: "X" }], org_id: 7 },
  ]),
  JSON.stringify([{ tokens: ["a"], entities: [] }]),
);

export const tableSeeds: readonly Parts[] = texts(
  'Sentence #,Word,POS,Tag\nSentence: 1,Ada,NNP,B-per\n,",",",",O\n,"say ""hi""",V,O\nSentence: 2,Bo,NNP,B-per\n',
  'doc_id\ttoken\tlabel\nx\t"\tO\nx\tAda\tPER-B\n\ny\tBo\tPER-B\n',
);

/** A corpus in the JSON of each other tool, by format name. */
export const foreignSeeds: Readonly<
  Record<"w2ner" | "gliner" | "cnn-nested-ner" | "huggingface" | "doccano" | "prodigy", readonly Parts[]>
> = {
  w2ner: texts('[{"sentence": ["a", "b", "c"], "ner": [{"index": [0, 2], "type": "X"}]}]'),
  gliner: texts('[{"tokenized_text": ["a", "b"], "ner": [[0, 1, "X"]]}]'),
  "cnn-nested-ner": texts(
    '{"tokens": ["a", "b"], "entity_mentions": [{"start": 0, "end": 2, "entity_type": "X"}], "sent_id": "s"}\n',
  ),
  huggingface: texts(
    '{"id": "0", "tokens": ["a", "b"], "ner_tags": ["B-X", "I-X"]}\n{"words": ["c"], "tags": ["O"]}\n',
  ),
  doccano: texts('{"id": 1, "text": "a 😀\\nb", "label": [[0, 3, "X"]]}\n{"text": "c", "entities": []}\n'),
  prodigy: texts(
    '{"text": "a b", "tokens": [{"text": "a"}, {"text": "b"}], "spans": [{"token_start": 0, "token_end": 1, "label": "X"}]}\n',
    '{"text": "a b", "spans": [{"start": 0, "end": 1, "label": "X"}], "answer": "accept"}\n',
  ),
};

export const bratSeeds: readonly Parts[] = (
  [
    [
      "Ada lives in Old Town.\nIt rains 😀 there\n",
      "T1\tPER 0 3\tAda\nT2\tLOC 13 21\tOld Town\nR1\tin Arg1:T1 Arg2:T2\nT3\tX 0 3;13 16\tAda Old\n#1\tAnnotatorNotes T1\tsure\nT4\tW 32 33\t😀\n",
    ],
    ["a b\nc\n", "T1\tX 2 5\tb c\r\nA1\tNegation T1\n"],
  ] as const
).map((files) => files.map((text) => Buffer.from(text, "utf8")));
