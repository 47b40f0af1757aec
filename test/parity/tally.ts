/** The kinds of compared numbers. Each has a separate tolerance. */
export type Kind = "outputs" | "loss" | "gradients" | "losses" | "norms" | "rates" | "weights";

/** The largest of several differences relative to their tolerances. */
export interface Largest {
  readonly difference: number;
  readonly tolerance: number;
  readonly tensor: string;
}

/** Collects the differences between the authors' numbers and ours. */
export class Tally {
  private readonly kinds = new Map<Kind, Largest>();
  private readonly lines: string[] = [];

  get largest(): ReadonlyMap<Kind, Largest> {
    return this.kinds;
  }

  /** All numbers that are off, one line each. */
  get problems(): readonly string[] {
    return this.lines;
  }

  /** Adds a difference. NaN is off. */
  add(kind: Kind, tensor: string, difference: number, tolerance: number): void {
    const before = this.kinds.get(kind);
    if (!before || !(difference / tolerance <= before.difference / before.tolerance)) {
      this.kinds.set(kind, { difference, tolerance, tensor });
    }
    if (!(difference <= tolerance)) {
      this.lines.push(`${tensor} differs by ${difference.toExponential(1)} > ${tolerance.toExponential(1)}`);
    }
  }

  /** Adds a problem if something that must be the same is not. */
  require(same: boolean, problem: string): void {
    if (!same) this.lines.push(problem);
  }
}

/**
 * The largest absolute difference; NaN if either contains NaN or the sizes differ.
 * @param counts whether the number at an index is compared
 */
export function farthest(
  ours: ArrayLike<number>,
  theirs: ArrayLike<number>,
  counts: (index: number) => boolean = () => true,
): number {
  if (ours.length !== theirs.length) return Number.NaN;
  let difference = 0;
  for (let i = 0; i < theirs.length; i++) {
    if (counts(i)) difference = Math.max(difference, Math.abs(ours[i] - theirs[i]));
  }
  return difference;
}

export function largestOf(values: ArrayLike<number>): number {
  return farthest(values, new Float64Array(values.length));
}
