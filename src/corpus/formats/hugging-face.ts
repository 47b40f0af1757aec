import { z } from "zod";
import { CorpusError, type CorpusPlace, InputError } from "../../base/errors";
import { type Placed, withContexts } from "./contexts";
import type { Format } from "./format";
import {
  checkedValue,
  firstKeys,
  integer,
  jsonEndings,
  text,
  tokenList,
  unknownPos,
  valuesOf,
} from "./json-values";
import type { Reading } from "./reading";
import type { Source } from "./source";
import { spellingOf, type TagOptions, tagOptions } from "./spelling";
import { TagDecoder } from "./tags";

export interface NumberedTagOptions extends TagOptions {
  /** `huggingface`: the names of numbered tags, from 0 on. */
  readonly labels?: readonly string[];
}

const tagKeys = ["ner_tags", "tags", "labels", "ner"] as const;

const tagList = z.array(z.union([text, integer])).optional();

interface TaggedTokens {
  readonly tokens: readonly string[];
  readonly tags: readonly (string | number)[];
  readonly place: CorpusPlace;
  readonly id: string;
}

const taggedTokens = z.object({
  tokens: tokenList.optional(),
  words: tokenList.optional(),
  id: z.union([z.string(), z.number()]).optional(),
  ner_tags: tagList,
  tags: tagList,
  labels: tagList,
  ner: tagList,
});

/** Objects that are looked at to see how their tags are spelled. */
const examined = 200;

export const huggingFace: Format<NumberedTagOptions> = {
  name: "huggingface",
  holds: "rows of a Hugging Face data set: `{tokens, ner_tags}`, the tags as text or as numbers",
  sign: "the keys `tokens` or `words` and `ner_tags`, `tags`, `labels` or `ner`",
  endings: jsonEndings,
  options: {
    labels: {
      flags: "--labels <list>",
      help: "the names of numbered tags in their order, as in O,B-PER,I-PER",
      parse: (list) => list.split(","),
    },
    ...tagOptions,
  },
  recognize({ head }) {
    const found = firstKeys(head);
    return (found.has("tokens") || found.has("words")) && tagKeys.some((key) => found.has(key));
  },
  read: (source, options, reading) => withContexts(taggedSentences(source, options, reading)),
};

async function* taggedSentences(
  source: Source,
  options: NumberedTagOptions,
  reading: Reading,
): AsyncGenerator<Placed> {
  reading.states("read as huggingface");
  const items = taggedItems(source, options, reading);
  const head: (TaggedTokens & { readonly tags: readonly string[] })[] = [];
  while (head.length < examined) {
    const next = await items.next();
    if (next.done) break;
    head.push(next.value);
  }
  const counts = new Map<string, number>();
  for (const tag of head.flatMap(({ tags }) => tags)) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  const decoder = new TagDecoder(spellingOf(counts, options.tags), options.type);
  const sentence = ({ tokens, tags, place, id }: (typeof head)[number]): Placed[] => {
    try {
      const entities = decoder.decode(tags, () => place);
      return [{ tokens, pos: unknownPos(tokens), entities, id, document: undefined }];
    } catch (error) {
      reading.tolerated(error);
      return [];
    }
  };
  for (const item of head) yield* sentence(item);
  for await (const item of items) yield* sentence(item);
  decoder.report(reading);
}

async function* taggedItems(source: Source, { labels }: NumberedTagOptions, reading: Reading) {
  for await (const { value, place } of valuesOf(source, reading)) {
    try {
      const item = checkedValue(taggedTokens, value, place);
      const tokens = item.tokens ?? item.words;
      const key = tagKeys.find((one) => item[one] !== undefined);
      if (!tokens || key === undefined)
        throw new CorpusError(place, `has no ${tokens ? tagKeys.join(", ") : "tokens"}; give a list of them`);
      const given = item[key]!;
      if (given.length !== tokens.length)
        throw new CorpusError(
          { ...place, field: key },
          `has ${given.length} tags for ${tokens.length} tokens; give one for each token`,
        );
      const tags = given.map((tag) => (typeof tag === "string" ? tag : named(tag, key, labels, place)));
      yield { tokens, tags, place, id: String(item.id ?? "") };
    } catch (error) {
      reading.tolerated(error);
    }
  }
}

function named(tag: number, key: string, labels: readonly string[] | undefined, place: CorpusPlace): string {
  if (!labels)
    throw new InputError(
      `${place.file}: ${key} are numbers; name them in their order, as in --labels O,B-PER,I-PER (features["${key}"].feature.names in Python)`,
    );
  const name = labels[tag];
  if (name === undefined)
    throw new CorpusError(
      { ...place, field: key },
      `has the tag ${tag}, but --labels names ${labels.length}, from 0 to ${labels.length - 1}; name all`,
    );
  return name;
}
