/** Tokens `start … end - 1`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * The lane of each span, from 0 next to the text outwards. Spans that share a token never share a lane, and a span
 * lies in a lane further out than every span that it contains, so that nesting reads like brackets.
 */
export function stack(spans: readonly Span[]): number[] {
  const lanes: number[] = [];
  const inside = spans.map((_, place) => place).sort((a, b) => length(spans[a]) - length(spans[b]));
  for (const [position, place] of inside.entries()) {
    const taken = inside.slice(0, position).filter((other) => overlap(spans[place], spans[other]));
    const used = new Set(taken.map((other) => lanes[other]));
    let lane = 0;
    while (used.has(lane)) lane++;
    lanes[place] = lane;
  }
  return lanes;
}

export function overlap(a: Span, b: Span): boolean {
  return a.start < b.end && b.start < a.end;
}

function length({ start, end }: Span): number {
  return end - start;
}
