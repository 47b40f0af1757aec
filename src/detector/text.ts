import {
  type ScoredEntity,
  type TextOptions,
  TextReader,
  type TextSentence,
  type Vocabulary,
} from "../corpus";
import type { ModelDescription } from "./storage";

/** An entity found in a text. */
export interface TextEntity extends ScoredEntity {
  /** UTF-16 code units `from … to - 1` of the whole text, as JavaScript counts a string's characters. */
  readonly from: number;
  readonly to: number;
  /** The mention as it is written. */
  readonly text: string;
}

/** A sentence of a text, and what was found in it. */
export interface PredictedText {
  readonly sentence: TextSentence;
  readonly entities: readonly TextEntity[];
}

/** Cuts texts into the tokens that a model was trained on, with tags that it knows. */
export function textReaderOf(
  { model, vocabularies, tokenizer }: Pick<ModelDescription, "model" | "vocabularies" | "tokenizer">,
  { language = "auto", tokens = "auto" }: TextOptions = {},
): TextReader {
  const unit = tokens !== "auto" ? tokens : readsCharacters(vocabularies) ? "character" : "word";
  const like = tokenizer && language === "auto" && tokens === "auto" && { like: tokenizer };
  return new TextReader(language, like || unit, model.embedding.pos ? vocabularies.pos : undefined);
}

/** Share of a vocabulary's Chinese words that are single characters, where sentences are cut into such. */
const mostlySingle = 0.95;

/** Whether a model was trained on Chinese characters and not on words. */
function readsCharacters({ words }: { readonly words: Vocabulary }): boolean {
  const all = words.toJSON();
  const chinese = all.filter((word) => /\p{Script=Han}/u.test(word));
  const single = chinese.filter((word) => [...word].length === 1);
  return chinese.length > all.length / 2 && single.length >= mostlySingle * chinese.length;
}

/** Entities with where they stand in the text. */
export function located(
  { text, start, places }: Pick<TextSentence, "text" | "start" | "places">,
  entities: readonly ScoredEntity[],
): TextEntity[] {
  return entities.map((entity) => {
    const [from, to] = [places[entity.start][0], places[entity.end - 1][1]];
    return { ...entity, from, to, text: text.slice(from - start, to - start) };
  });
}
