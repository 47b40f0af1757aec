import type { BertConfig } from "../bert";
import type { TrainingConfig } from "../config/config";
import { bertPrefix } from "../detector/pretrained";
import { matchesPath, type Parameters } from "../nn/parameters";

/**
 * Each parameter's learning rate as a multiple of `learningRate`: that of the longest of `rates`' places that it lies at, times
 * `layerDecay` for each of BERT's layers above it. A schedule moves all of them alike.
 * @throws InputError for a place at which no parameter lies
 */
export function rateFactors(
  parameters: Parameters,
  { rates, layerDecay, learningRate }: Pick<TrainingConfig, "rates" | "layerDecay" | "learningRate">,
  bert: Pick<BertConfig, "layers"> | null,
): (name: string) => number {
  const depth = (place: string): number => place.split(".").length;
  const places = Object.keys(rates).sort((a, b) => depth(b) - depth(a));
  parameters.assertPathsExist(places, "training.rates");
  return (name) => {
    const place = places.find((candidate) => matchesPath(name, candidate));
    const factor = place === undefined ? 1 : rates[place] / learningRate;
    return factor * layerDecay ** layersAbove(name, bert?.layers ?? 0);
  };
}

/** BERT's layers above a parameter; all of them above its embeddings, none above what is no part of it. */
function layersAbove(name: string, layers: number): number {
  if (!name.startsWith(bertPrefix)) return 0;
  const [, layer] = name.slice(bertPrefix.length).match(/^layers\.(\d+)\./) ?? [];
  return layer === undefined ? layers : layers - 1 - Number(layer);
}
