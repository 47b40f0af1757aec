import type { AttentionModel } from "./attention-data";
import { headsOf, type Selection } from "./attention-rows";

/** A layer and one of its heads, or the mean of all heads. */
export type LayerHead = Pick<Selection, "layer" | "head">;

/** The value of the prior on its contours. */
const contourLevel = 0.5;

/** The line on which the prior of a head is ½; empty if it is far away. */
export interface Contour {
  /** Counts from 1. */
  readonly head: number;
  readonly x: number[];
  readonly y: number[];
}

/** The contour of a proposal's prior, one for each selected head. */
export function contours(
  { prior, layers, tokens }: AttentionModel,
  { layer, head }: LayerHead,
  proposal: number,
): Contour[] {
  if (prior !== "on") return [];
  const { heads, center, precision } = layers[layer - 1];
  return headsOf(heads, head).map((one) => {
    const i = one * tokens.length + proposal;
    const [middle, theta] = [center.subarray(2 * i, 2 * i + 2), precision.subarray(3 * i, 3 * i + 3)];
    return { head: one + 1, ...ellipse(middle, theta, contourLevel) };
  });
}

const ellipseSteps = 72;
const flattest = 1e-4;

/**
 * The points where G(x) = exp(-(x - μ)ᵀ Θ (x - μ)) has that value (Eq. 12).
 * @param center [2] μ
 * @param precision [3] Θ: start–start, start–end, end–end
 * @returns a closed line; empty if Θ is so flat that the line is far away
 */
function ellipse(
  center: ArrayLike<number>,
  precision: ArrayLike<number>,
  level: number,
): { readonly x: number[]; readonly y: number[] } {
  const first = Math.sqrt(precision[0]); //          Θ = R Rᵀ with R = [[first, 0], [mixed, second]]
  const mixed = precision[1] / first;
  const second = Math.sqrt(precision[2] - mixed * mixed);
  if (!(first > flattest && second > flattest)) return { x: [], y: [] };
  const radius = Math.sqrt(-Math.log(level));
  const x: number[] = [];
  const y: number[] = [];
  for (let step = 0; step <= ellipseSteps; step++) {
    const angle = (2 * Math.PI * step) / ellipseSteps;
    const v = (radius * Math.sin(angle)) / second; // x - μ = R⁻ᵀ · point on the circle
    x.push(center[0] + (radius * Math.cos(angle) - mixed * v) / first);
    y.push(center[1] + v);
  }
  return { x, y };
}

/** Contours further away than this many tokens do not extend the plane. */
const farthest = 5;
/** Even in a sentence of one or two tokens, the plane spans this many, so that contours are visible. */
const smallest = 4;

/**
 * The part of the plane that is shown first: the locations of the shown proposals before and after the layer, and their priors'
 * nearby contours. It exceeds the sentence only if those locations do.
 */
export function planeRange(
  models: readonly AttentionModel[],
  selection: LayerHead,
  proposals: readonly number[],
): [number, number] {
  const locations = models.flatMap((model) =>
    [model.locations[selection.layer - 1], model.locations[selection.layer]].flatMap((state) =>
      proposals.flatMap((proposal) => [state[2 * proposal], state[2 * proposal + 1]]),
    ),
  );
  const contourValues = models
    .flatMap((model) => proposals.flatMap((proposal) => contours(model, selection, proposal)))
    .flatMap(({ x, y }) => [...x, ...y]);
  const [least, most] = [Math.min(...locations), Math.max(...locations)];
  const low = Math.max(least - farthest, Math.min(least, ...contourValues));
  const high = Math.min(most + farthest, Math.max(most, ...contourValues));
  const first = Math.min(-1, least - 1);
  const last = Math.max(models[0].tokens.length, most + 1, first + smallest);
  const half = Math.min((last - first) / 2, Math.max(5, (high - low) / 2 + 1));
  const middle = Math.min(last - half, Math.max(first + half, (low + high) / 2));
  return [middle - half, middle + half];
}
