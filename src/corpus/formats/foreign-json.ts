// JSON formats of other tools and models: a list of objects, or one object per line. Each is recognized by its keys.
import { z } from "zod";
import { CorpusError, type CorpusLocation } from "../../base/errors";
import type { Entity, Sentence } from "../types";
import { type AnnotationOptions, annotationOptions, countDiscontinuous } from "./brat-annotations";
import { type DocumentSentence, unknownPos, withContexts } from "./document-sentences";
import type { Format, FormatOptions } from "./format";
import {
  anyText,
  firstKeys,
  integer,
  jsonEndings,
  parseValue,
  repairSentence,
  text,
  tokenList,
  valuesOf,
} from "./json-values";
import { type Mention, textSentences } from "./mentions";
import { offsetText } from "./offsets";
import { type Reading, shortLocation } from "./reading";
import type { Source } from "./source";
import { type TextTokenOptions, textTokenOptions } from "./tokenize";

/** Converts one object to sentences. An object with a text may hold several. */
type Convert<Value, Options> = (
  value: Value,
  location: CorpusLocation,
  options: Options,
  reading: Reading,
) => Content[];

type Content = Pick<Sentence, "tokens" | "pos" | "entities"> & { readonly id?: string };

interface Dialect<Value, Options extends object> {
  readonly name: string;
  readonly holds: string;
  /** Each object has at least one key of each list. */
  readonly keys: readonly (readonly string[])[];
  /** Keys that must not occur. */
  readonly absent?: readonly string[];
  readonly schema: z.ZodType<Value>;
  readonly options: FormatOptions<Options>;
  readonly convert: Convert<Value, Options>;
}

function formatOf<Value, Options extends object>({
  name,
  holds,
  keys,
  absent = [],
  schema,
  options: allOptions,
  convert,
}: Dialect<Value, Options>): Format<Options> {
  async function* sentences(
    source: Source,
    options: Options,
    reading: Reading,
  ): AsyncGenerator<DocumentSentence> {
    reading.addFact(`read as ${name}`);
    let document = 0;
    for await (const { value, location } of valuesOf(source, reading)) {
      try {
        document++;
        const contents = convert(parseValue(schema, value, location), location, options, reading);
        for (const { id = "", ...content } of contents) {
          const sentence = { ...content, id, previous: [], next: [] };
          const { tokens, pos, entities } = repairSentence(sentence, location, reading);
          yield { tokens, pos, entities, id, document };
        }
      } catch (error) {
        reading.handle(error);
      }
    }
  }
  return {
    name,
    holds,
    sign: `the keys ${keys.map((names) => names.map((one) => `\`${one}\``).join(" or ")).join(" and ")}`,
    endings: jsonEndings,
    options: allOptions,
    recognize({ head }) {
      const present = firstKeys(head);
      const isPresent = (name: string): boolean => present.has(name);
      return keys.every((names) => names.some(isPresent)) && !absent.some(isPresent);
    },
    read: (source, options, reading) => withContexts(sentences(source, options, reading)),
  };
}

const fragmentOptions = { discontinuous: annotationOptions.discontinuous };

export const w2ner: Format<Pick<AnnotationOptions, "discontinuous">> = formatOf({
  name: "w2ner",
  holds: "W2NER's: `{sentence: […], ner: [{index: […], type}]}`",
  keys: [["sentence"], ["ner"]],
  schema: z.object({
    sentence: tokenList,
    ner: z.array(z.object({ index: z.array(integer).min(1, "must hold an index"), type: text })),
  }),
  options: fragmentOptions,
  convert: ({ sentence: tokens, ner }, location, { discontinuous = "cover" }, reading) => {
    const entities = ner.flatMap(({ index, type }): Entity[] => {
      const sorted = index.toSorted((a, b) => a - b);
      const start = sorted[0];
      const gap = sorted.findIndex((token, position) => token !== start + position);
      if (gap < 0) return [{ start, end: start + sorted.length, type }];
      countDiscontinuous(discontinuous, shortLocation(location), reading);
      if (discontinuous === "drop") return [];
      return [{ start, end: discontinuous === "first" ? start + gap : sorted[sorted.length - 1] + 1, type }];
    });
    return [{ tokens, pos: unknownPos(tokens), entities }];
  },
});

export const gliner: Format = formatOf({
  name: "gliner",
  holds: "GLiNER's: `{tokenized_text: […], ner: [[first, last, type], …]}`",
  keys: [["tokenized_text"], ["ner"]],
  schema: z.object({ tokenized_text: tokenList, ner: z.array(z.tuple([integer, integer, text])) }),
  options: {},
  convert: ({ tokenized_text: tokens, ner }) => [
    {
      tokens,
      pos: unknownPos(tokens),
      entities: ner.map(([start, last, type]) => ({ start, end: last + 1, type })),
    },
  ],
});

export const cnnNestedNer: Format = formatOf({
  name: "cnn-nested-ner",
  holds: "CNN_Nested_NER's: `{tokens, entity_mentions: [{start, end, entity_type}]}`; `end` exclusive",
  keys: [["tokens"], ["entity_mentions"]],
  schema: z.object({
    tokens: tokenList,
    entity_mentions: z.array(z.object({ start: integer, end: integer, entity_type: text })),
    sent_id: z.string().optional(),
  }),
  options: {},
  convert: ({ tokens, entity_mentions, sent_id }) => [
    {
      tokens,
      pos: unknownPos(tokens),
      entities: entity_mentions.map(({ start, end, entity_type: type }) => ({ start, end, type })),
      ...(sent_id !== undefined && { id: sent_id }),
    },
  ],
});

const spanLabels = z.union([
  z.array(z.tuple([integer, integer, text])),
  z.array(z.object({ start_offset: integer, end_offset: integer, label: text })),
]);

export const doccano: Format<TextTokenOptions & Pick<AnnotationOptions, "offsets">> = formatOf({
  name: "doccano",
  holds:
    "doccano's: `{text, label: [[start, end, type], …]}` or `{text, entities: [{start_offset, end_offset, label}]}`; each line of the text is a sentence",
  keys: [
    ["text", "data"],
    ["label", "labels", "entities"],
  ],
  absent: ["tokens"], // our predictions have it
  schema: z.object({
    text: anyText.optional(),
    data: anyText.optional(),
    label: spanLabels.optional(),
    labels: spanLabels.optional(),
    entities: spanLabels.optional(),
    id: z.union([z.string(), z.number()]).optional(),
  }),
  options: { ...textTokenOptions, offsets: annotationOptions.offsets },
  convert: (value, location, options, reading) => {
    const spans = value.entities ?? value.label ?? value.labels ?? [];
    const mentions = spans.map((span): [number, number, string] =>
      Array.isArray(span) ? span : [span.start_offset, span.end_offset, span.label],
    );
    const id = String(value.id ?? "");
    const whole = value.text ?? value.data ?? "";
    return contentsOfText(whole, mentions, location, options, reading).map((content) => ({ ...content, id }));
  },
});

export const prodigy: Format<TextTokenOptions & Pick<AnnotationOptions, "offsets">> = formatOf({
  name: "prodigy",
  holds:
    "Prodigy's: `{text, tokens, spans: [{start, end, token_start, token_end, label}]}`; rejected texts are skipped",
  keys: [["text"], ["spans"]],
  schema: z.object({
    text: anyText,
    tokens: z.array(z.object({ text })).optional(),
    spans: z.array(
      z.object({
        start: integer.optional(),
        end: integer.optional(),
        token_start: integer.optional(),
        token_end: integer.optional(),
        label: text,
      }),
    ),
    answer: z.string().optional(),
  }),
  options: { ...textTokenOptions, offsets: annotationOptions.offsets },
  convert: ({ text: whole, tokens, spans, answer = "accept" }, location, options, reading) => {
    if (answer !== "accept") {
      reading.countRepair("texts that were not accepted, skipped", shortLocation(location));
      return [];
    }
    if (
      tokens &&
      spans.every(({ token_start, token_end }) => token_start !== undefined && token_end !== undefined)
    ) {
      const words = tokens.map((token) => token.text);
      const entities = spans.map(({ token_start, token_end, label }) => ({
        start: token_start!,
        end: token_end! + 1,
        type: label,
      }));
      return [{ tokens: words, pos: unknownPos(words), entities }];
    }
    const mentions = spans.map(({ start = -1, end = -1, label }): [number, number, string] => [
      start,
      end,
      label,
    ]);
    return contentsOfText(whole, mentions, location, options, reading);
  },
});

function contentsOfText(
  whole: string,
  spans: readonly (readonly [start: number, end: number, type: string])[],
  location: CorpusLocation,
  options: TextTokenOptions & Pick<AnnotationOptions, "offsets">,
  reading: Reading,
): Content[] {
  const { toUtf16, length } = offsetText(whole, { unit: options.offsets ?? "characters", changes: [] });
  const mentions = spans.map(([start, end, type]): Mention => {
    if (!(start >= 0 && start < end && end <= length))
      throw new CorpusError(
        location,
        `has a ${type} from ${start} to ${end}, which is outside its text of ${length} characters`,
      );
    return { start: toUtf16(start), end: toUtf16(end), type };
  });
  return textSentences(whole, mentions, shortLocation(location), options, reading);
}
