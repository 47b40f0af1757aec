import {
  type ScoredEntity,
  type TextOptions,
  TextReader,
  type TextSentence,
  type Tokenizer,
  type Vocabulary,
} from "../corpus";
import type { ModelDescription } from "./storage";

/** An entity predicted in a text. */
export interface TextEntity extends ScoredEntity, TextPlace {}

/** Where an entity is in a text. */
export interface TextPlace {
  /** Offsets into the whole text in UTF-16 code units; `to` is exclusive. */
  readonly from: number;
  readonly to: number;
  /** The mention as written. */
  readonly text: string;
}

/** A sentence of a text with its predicted entities. */
export interface PredictedText<E extends ScoredEntity = ScoredEntity> {
  readonly sentence: TextSentence;
  readonly entities: readonly (E & TextPlace)[];
}

/** A reader that splits texts into the kind of tokens that a model was trained on, with tags that it knows. */
export function textReaderOf(
  description: Pick<ModelDescription, "model" | "vocabularies" | "tokenizer">,
  { language = "auto", tokens = "auto" }: TextOptions = {},
): TextReader {
  const { model, vocabularies } = description;
  const unit = textUnit(description, { language, tokens });
  return new TextReader(language, unit, model.embedding.pos ? vocabularies.pos : undefined);
}

/** What a token of a text is for a model. */
export function textUnit(
  { vocabularies, tokenizer }: Pick<ModelDescription, "vocabularies" | "tokenizer">,
  { language = "auto", tokens = "auto" }: TextOptions = {},
): "word" | "character" | { readonly like: Tokenizer } {
  if (tokenizer && language === "auto" && tokens === "auto") return { like: tokenizer };
  return tokens !== "auto" ? tokens : readsCharacters(vocabularies) ? "character" : "word";
}

/** Whether texts for a model may be split by English rules. */
export function readsEnglish({
  vocabularies,
  tokenizer,
}: Pick<ModelDescription, "vocabularies" | "tokenizer">): boolean {
  return tokenizer === undefined && !readsCharacters(vocabularies);
}

/** Share of single characters among the Chinese words of a vocabulary, from which its corpus counts as split into characters. */
const mostlySingle = 0.95;

/** Whether a model was trained on Chinese characters rather than words. */
function readsCharacters({ words }: { readonly words: Vocabulary }): boolean {
  const all = words.toJSON();
  const chinese = all.filter((word) => /\p{Script=Han}/u.test(word));
  const single = chinese.filter((word) => [...word].length === 1);
  return chinese.length > all.length / 2 && single.length >= mostlySingle * chinese.length;
}

/** Adds to entities their offsets in the text. */
export function locateEntities<E extends ScoredEntity>(
  { text, start, offsets }: Pick<TextSentence, "text" | "start" | "offsets">,
  entities: readonly E[],
): (E & TextPlace)[] {
  return entities.map((entity) => {
    const [from, to] = [offsets[entity.start][0], offsets[entity.end - 1][1]];
    return { ...entity, from, to, text: text.slice(from - start, to - start) };
  });
}
