import { z } from "zod";
import { CorpusError, type CorpusLocation, InputError } from "../../base/errors";
import { readAhead } from "../../base/streams";
import { countsOf } from "../statistics";
import { type DocumentSentence, unknownPos, withContexts } from "./document-sentences";
import type { Format } from "./format";
import { firstKeys, integer, jsonEndings, parseValue, text, tokenList, valuesOf } from "./json-values";
import type { Reading } from "./reading";
import type { Source } from "./source";
import { TagDecoder } from "./tag-decoder";
import { spellingOf, type TagOptions, tagOptions } from "./tag-spelling";

export interface NumberedTagOptions extends TagOptions {
  /** `huggingface`: the names of numbered tags, starting at 0. */
  readonly labels?: readonly string[];
}

const tagKeys = ["ner_tags", "tags", "labels", "ner"] as const;

const tagList = z.array(z.union([text, integer])).optional();

interface TaggedTokens {
  readonly tokens: readonly string[];
  readonly tags: readonly string[];
  readonly location: CorpusLocation;
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

/** Number of objects that determine the spelling of tags. */
const headItems = 200;

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
    const keys = firstKeys(head);
    return (keys.has("tokens") || keys.has("words")) && tagKeys.some((key) => keys.has(key));
  },
  read: (source, options, reading) => withContexts(taggedSentences(source, options, reading)),
};

async function* taggedSentences(
  source: Source,
  options: NumberedTagOptions,
  reading: Reading,
): AsyncGenerator<DocumentSentence> {
  reading.addFact("read as huggingface");
  const { head, all } = await readAhead(taggedItems(source, options, reading), headItems);
  const counts = countsOf(head.flatMap(({ tags }) => tags));
  const decoder = new TagDecoder(spellingOf(counts, options.tags), options.type);
  for await (const { tokens, tags, location, id } of all) {
    try {
      const entities = decoder.decode(tags, () => location);
      yield { tokens, pos: unknownPos(tokens), entities, id, document: undefined };
    } catch (error) {
      reading.handle(error);
    }
  }
  decoder.report(reading);
}

async function* taggedItems(
  source: Source,
  { labels }: NumberedTagOptions,
  reading: Reading,
): AsyncGenerator<TaggedTokens> {
  for await (const { value, location } of valuesOf(source, reading)) {
    try {
      const item = parseValue(taggedTokens, value, location);
      const tokens = item.tokens ?? item.words;
      const key = tagKeys.find((one) => item[one] !== undefined);
      if (!tokens || key === undefined)
        throw new CorpusError(
          location,
          `has no ${tokens ? tagKeys.join(", ") : "tokens"}; give a list of them`,
        );
      const tagValues = item[key]!;
      if (tagValues.length !== tokens.length)
        throw new CorpusError(
          { ...location, field: key },
          `has ${tagValues.length} tags for ${tokens.length} tokens; give one for each token`,
        );
      const tags = tagValues.map((tag) =>
        typeof tag === "string" ? tag : labelOf(tag, key, labels, location),
      );
      yield { tokens, tags, location, id: String(item.id ?? "") };
    } catch (error) {
      reading.handle(error);
    }
  }
}

function labelOf(
  tag: number,
  key: string,
  labels: readonly string[] | undefined,
  location: CorpusLocation,
): string {
  if (!labels)
    throw new InputError(
      `${location.file}: ${key} are numbers; name them in order, as in --labels O,B-PER,I-PER (features["${key}"].feature.names in Python)`,
    );
  const label = labels[tag];
  if (label === undefined)
    throw new CorpusError(
      { ...location, field: key },
      `has the tag ${tag}, but --labels names ${labels.length}, from 0 to ${labels.length - 1}; name all`,
    );
  return label;
}
