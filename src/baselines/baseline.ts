import { PnrError } from "../base/errors";
import type { ModelConfig } from "../config/model-config";
import type { Sentence } from "../corpus";
import { type Target, targetsOf } from "../criterion/loss";
import type { VocabularySizes } from "../model/encoder";
import type { Parameters } from "../nn/parameters";
import { CrfTagger } from "./crf";
import { SpanClassifier } from "./spans";
import { nestingLevels } from "./tags";

/**
 * A model's config with the values that the training sentences decide.
 * @returns the config itself if it has them all
 */
export function completeModel(model: ModelConfig, sentences: Iterable<Sentence>): ModelConfig {
  const most = (count: (entities: readonly Target[]) => number): number => {
    let result = 1;
    for (const sentence of sentences) result = Math.max(result, count(targetsOf(sentence, [])));
    return result;
  };
  const { architecture, crfLevels, spanWidth } = model;
  if (architecture === "crf" && crfLevels === null)
    return { ...model, crfLevels: most((entities) => nestingLevels(entities).length) };
  if (architecture === "spans" && spanWidth === null)
    return { ...model, spanWidth: most((all) => Math.max(...all.map(({ start, end }) => end - start + 1))) };
  return model;
}

/**
 * The baseline that a config names.
 * @param model complete ({@link completeModel})
 * @param types number of entity types
 * @param parameters must be empty; initial values are drawn from its random generator
 */
export function baselineOf(
  model: ModelConfig,
  types: number,
  sizes: VocabularySizes,
  parameters: Parameters,
): CrfTagger | SpanClassifier {
  const { architecture, crfLevels, spanWidth } = model;
  if (architecture === "crf" && crfLevels !== null)
    return new CrfTagger(model, types, crfLevels, sizes, parameters);
  if (architecture === "spans" && spanWidth !== null)
    return new SpanClassifier(model, types, spanWidth, sizes, parameters);
  throw new PnrError(`The config of this model (${architecture}) is not complete.`);
}
