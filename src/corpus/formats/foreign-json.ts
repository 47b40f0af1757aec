// The JSON of other tools and models, each recognized by its keys: a list of objects, or an object a line.
import { z } from "zod";
import { CorpusError, type CorpusPlace } from "../../base/errors";
import type { Entity, Sentence } from "../types";
import { type AnnotationOptions, annotationOptions } from "./brat-annotations";
import { type Placed, withContexts } from "./contexts";
import type { Format, FormatOptions } from "./format";
import {
  anyText,
  checkedValue,
  firstKeys,
  integer,
  jsonEndings,
  repairedSentence,
  shortPlace,
  text,
  tokenList,
  unknownPos,
  valuesOf,
} from "./json-values";
import { type Mention, textSentences } from "./mentions";
import { offsetText } from "./offsets";
import type { Reading } from "./reading";
import type { Source } from "./source";
import { type TextTokenOptions, textTokenOptions } from "./words";

/** The sentences of one object; several where it holds a text. */
type Convert<Value, Options> = (
  value: Value,
  place: CorpusPlace,
  options: Options,
  reading: Reading,
) => Content[];

type Content = Pick<Sentence, "tokens" | "pos" | "entities"> & { readonly id?: string };

interface Dialect<Value, Options extends object> {
  readonly name: string;
  readonly holds: string;
  /** Every object has a key of each of these lists. */
  readonly keys: readonly (readonly string[])[];
  /** Keys that no object has. */
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
  async function* placed(source: Source, options: Options, reading: Reading): AsyncGenerator<Placed> {
    reading.states(`read as ${name}`);
    let document = 0;
    for await (const { value, place } of valuesOf(source, reading)) {
      try {
        document++;
        const contents = convert(checkedValue(schema, value, place), place, options, reading);
        for (const { id = "", ...content } of contents) {
          const sentence = { ...content, id, previous: [], next: [] };
          const { tokens, pos, entities } = repairedSentence(sentence, place, reading);
          yield { tokens, pos, entities, id, document };
        }
      } catch (error) {
        reading.tolerated(error);
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
      const found = firstKeys(head);
      return (
        keys.every((names) => names.some((one) => found.has(one))) && !absent.some((one) => found.has(one))
      );
    },
    read: (source, options, reading) => withContexts(placed(source, options, reading)),
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
  convert: ({ sentence: tokens, ner }, place, { discontinuous = "cover" }, reading) => {
    const entities = ner.flatMap(({ index, type }): Entity[] => {
      const sorted = index.toSorted((a, b) => a - b);
      const start = sorted[0];
      const gap = sorted.findIndex((token, at) => token !== start + at);
      if (gap < 0) return [{ start, end: start + sorted.length, type }];
      const done = { cover: "covered from first to last", first: "cut to the first", drop: "left out" };
      reading.repaired(`mentions of several fragments, ${done[discontinuous]}`, shortPlace(place));
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
    "doccano's: `{text, label: [[start, end, type], …]}` or `{text, entities: [{start_offset, end_offset, label}]}`; a line of the text is a sentence",
  keys: [
    ["text", "data"],
    ["label", "labels", "entities"],
  ],
  absent: ["tokens"], // as our own predictions have
  schema: z.object({
    text: anyText.optional(),
    data: anyText.optional(),
    label: spanLabels.optional(),
    labels: spanLabels.optional(),
    entities: spanLabels.optional(),
    id: z.union([z.string(), z.number()]).optional(),
  }),
  options: { ...textTokenOptions, offsets: annotationOptions.offsets },
  convert: (value, place, options, reading) => {
    const spans = value.entities ?? value.label ?? value.labels ?? [];
    const mentions = spans.map((span): [number, number, string] =>
      Array.isArray(span) ? span : [span.start_offset, span.end_offset, span.label],
    );
    const id = String(value.id ?? "");
    return ofText(value.text ?? value.data ?? "", mentions, place, options, reading).map((content) => ({
      ...content,
      id,
    }));
  },
});

export const prodigy: Format<TextTokenOptions & Pick<AnnotationOptions, "offsets">> = formatOf({
  name: "prodigy",
  holds:
    "Prodigy's: `{text, tokens, spans: [{start, end, token_start, token_end, label}]}`; what was rejected is left out",
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
  convert: ({ text: whole, tokens, spans, answer = "accept" }, place, options, reading) => {
    if (answer !== "accept") {
      reading.repaired("texts that were not accepted, left out", shortPlace(place));
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
    return ofText(whole, mentions, place, options, reading);
  },
});

function ofText(
  whole: string,
  spans: readonly (readonly [start: number, end: number, type: string])[],
  place: CorpusPlace,
  options: TextTokenOptions & Pick<AnnotationOptions, "offsets">,
  reading: Reading,
): Content[] {
  const { unit, length } = offsetText(whole, { unit: options.offsets ?? "characters", without: [] });
  const mentions = spans.map(([start, end, type]): Mention => {
    if (!(start >= 0 && start < end && end <= length))
      throw new CorpusError(
        place,
        `has a ${type} from ${start} to ${end}, which is not a part of its text of ${length} characters`,
      );
    return { start: unit(start), end: unit(end), type };
  });
  return textSentences(whole, mentions, shortPlace(place), options, reading);
}
