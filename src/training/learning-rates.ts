import type { BertConfig } from "../bert";
import type { TrainingConfig } from "../config/training-config";
import { bertPrefix } from "../detector/pretrained";
import { matchesPath, type Parameters } from "../nn/parameters";

/** Factor on the learning rate at a step, counted from 0. */
export type Schedule = (step: number) => number;

/** Cosine schedule with warm-up (§4.2): rises linearly from 0 over the share `warmup` of all steps, then falls to 0. */
export function cosineSchedule(steps: number, warmup: number): Schedule {
  const rising = Math.floor(steps * warmup);
  return (step) => {
    if (step < rising) return (step + 1) / (rising + 1);
    const progress = (step - rising) / Math.max(1, steps - rising);
    return (1 + Math.cos(Math.PI * Math.min(1, progress))) / 2;
  };
}

/** The released code's schedule: linear from 0 and back to 0. The warm-up may end between two steps. */
export function linearSchedule(steps: number, warmup: number): Schedule {
  const rising = steps * warmup;
  return (step) =>
    step < rising ? step / Math.max(1, rising) : Math.max(0, steps - step) / Math.max(1, steps - rising);
}

/**
 * Each parameter's learning rate as a multiple of `learningRate`: the rate of the longest matching path in `rates`, times
 * `layerDecay` for each BERT layer above it.
 * @throws InputError for a path that matches no parameter
 */
export function rateFactors(
  parameters: Parameters,
  { rates, layerDecay, learningRate }: Pick<TrainingConfig, "rates" | "layerDecay" | "learningRate">,
  bert: Pick<BertConfig, "layers"> | null,
): (name: string) => number {
  const depth = (path: string): number => path.split(".").length;
  const paths = Object.keys(rates).sort((a, b) => depth(b) - depth(a));
  parameters.assertPathsExist(paths, "training.rates");
  return (name) => {
    const path = paths.find((candidate) => matchesPath(name, candidate));
    const factor = path === undefined ? 1 : rates[path] / learningRate;
    return factor * layerDecay ** layersAbove(name, bert?.layers ?? 0);
  };
}

/** BERT layers above a parameter: all of them for its embeddings, 0 outside BERT. */
function layersAbove(name: string, layers: number): number {
  if (!name.startsWith(bertPrefix)) return 0;
  const [, layer] = name.slice(bertPrefix.length).match(/^layers\.(\d+)\./) ?? [];
  return layer === undefined ? layers : layers - 1 - Number(layer);
}
