import type { AttentionModel } from "./data";
import { ellipse } from "./ellipse";
import { headsOf } from "./rows";
import type { AttentionState } from "./state";

/** A line on which the prior has fallen to that value; the lines of several heads are set apart by null. */
export interface Contour {
  readonly level: number;
  readonly x: (number | null)[];
  readonly y: (number | null)[];
}

/** Where the prior of a proposal has fallen to a half and, in full and for a single head, also to a twentieth. */
export function contours(
  { prior, layers, tokens }: AttentionModel,
  { layer, head }: Pick<AttentionState, "layer" | "head">,
  proposal: number,
  full: boolean,
): Contour[] {
  if (prior !== "on") return [];
  const { heads, center, precision } = layers[layer - 1];
  return (full && head !== "mean" ? [0.5, 0.05] : [0.5]).map((level) => {
    const lines = headsOf(heads, head).map((one) => {
      const at = one * tokens.length + proposal;
      return ellipse(center.subarray(2 * at, 2 * at + 2), precision.subarray(3 * at, 3 * at + 3), level);
    });
    return { level, x: lines.flatMap(({ x }) => [...x, null]), y: lines.flatMap(({ y }) => [...y, null]) };
  });
}

/**
 * Token positions around what happens to the proposals: where they are, where they go, and their priors' contours as far
 * as they stay near. Past the ends of the sentence only where they go there. The rest comes in by zooming out.
 */
export function planeRange(
  models: readonly AttentionModel[],
  place: Pick<AttentionState, "layer" | "head">,
  proposals: readonly number[],
): [number, number] {
  const way = models.flatMap(({ locations }) =>
    [locations[place.layer - 1], locations[place.layer]].flatMap((at) =>
      proposals.flatMap((proposal) => [at[2 * proposal], at[2 * proposal + 1]]),
    ),
  );
  const lines = models.flatMap((model) =>
    proposals.flatMap((proposal) => contours(model, place, proposal, true)),
  );
  const contour = lines.flatMap(({ x, y }) => [...x, ...y]).filter((value) => value !== null);
  const [least, most] = [Math.min(...way), Math.max(...way)];
  const low = Math.max(least - far, Math.min(least, ...contour));
  const high = Math.min(most + far, Math.max(most, ...contour));
  const first = Math.min(-1, least - 1);
  const last = Math.max(models[0].tokens.length, most + 1, first + smallest);
  const half = Math.min((last - first) / 2, Math.max(5, (high - low) / 2 + 1));
  const middle = Math.min(last - half, Math.max(first + half, (low + high) / 2));
  return [middle - half, middle + half];
}

const far = 5;
/** Of a sentence of one token or two too, contours are to be seen. */
const smallest = 4;
