import type { Model, WinkMethods } from "wink-nlp";

/** The packages that recognize and split English text. They are loaded on first use, because that takes a moment. */
export interface EnglishPackages {
  readonly winkNlp: (model: Model, pipe: readonly string[]) => WinkMethods;
  readonly model: Model;
  /** Function words of each language, by its ISO 639-3 code. */
  readonly stopword: Readonly<Record<string, readonly string[]>>;
}

export function englishPackages(): EnglishPackages {
  return {
    winkNlp: require("wink-nlp"),
    model: require("wink-eng-lite-web-model"),
    stopword: require("stopword"),
  };
}
