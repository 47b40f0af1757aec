import { axis, type FigurePart, plain } from "../shared/figure";
import { shorten } from "../shared/text";
import type { Theme } from "../shared/theme";
import { locationAt, type OpenTrajectories, type Trajectory } from "./paths";

type Range = readonly [number, number];

/**
 * What the plane shows, the same at every moment and as wide as high: all there is to see, or, near one entity, its
 * span, its way and what lies around them.
 */
export function planeRange(data: OpenTrajectories, near: Trajectory | undefined): Range {
  const { tokens, entities, paths, stages } = data;
  if (near) {
    const way = stages.flatMap((_, stage) => locationAt(near, stage));
    const all = [...way, near.entity.start, near.entity.end - 1];
    const [low, high] = [Math.min(...all), Math.max(...all)];
    const half = Math.max(3.5, (high - low) / 2 + 1.5);
    return [(low + high) / 2 - half, (low + high) / 2 + half];
  }
  const spans = entities.flatMap(({ start, end }) => [start, end - 1]);
  const predicted = entities.filter(({ side }) => side === "predicted");
  const all = [...spans, ...predicted.flatMap(({ id }) => paths[id]?.locations.flat() ?? [])];
  return all.length ? [Math.min(...all) - 1, Math.max(...all) + 1] : [-1, tokens.length];
}

/** Where there are more positions than these, the sentence's and others, words have no room. */
const mostWords = 22;

/** An axis of token positions, with the words as far as there is room for them. */
export function tokenAxis(tokens: readonly string[], range: Range, theme: Theme): FigurePart {
  const first = Math.max(0, Math.ceil(range[0]));
  const last = Math.min(tokens.length - 1, Math.floor(range[1]));
  const places = Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at);
  const positions = range[1] - range[0] - 1;
  if (positions > mostWords)
    return axis(theme, { range, tickformat: "d", tick0: 0, dtick: Math.ceil(positions / 12) });
  const ticktext = places.map((at) => `${plain(shorten(tokens[at], 12))} ${at}`);
  return axis(theme, { range, tickvals: places, ticktext, tickfont: { size: 11 } });
}
