/** What is compared; each has its own tolerance. */
export type Kind = "outputs" | "loss" | "gradients" | "losses" | "norms" | "rates" | "weights";

/** The largest of several differences, in parts of what is tolerated. */
export interface Largest {
  readonly difference: number;
  readonly tolerance: number;
  readonly tensor: string;
}

/** Collects the differences between the authors' numbers and ours. */
export class Tally {
  private readonly kinds = new Map<Kind, Largest>();
  private readonly faults: string[] = [];

  get largest(): ReadonlyMap<Kind, Largest> {
    return this.kinds;
  }

  /** Everything that is off, one line each. */
  get problems(): readonly string[] {
    return this.faults;
  }

  /** Notes a difference; one that is not a number is off. */
  add(kind: Kind, tensor: string, difference: number, tolerance: number): void {
    const before = this.kinds.get(kind);
    if (!before || !(difference / tolerance <= before.difference / before.tolerance)) {
      this.kinds.set(kind, { difference, tolerance, tensor });
    }
    if (!(difference <= tolerance)) {
      this.faults.push(`${tensor} differs by ${difference.toExponential(1)} > ${tolerance.toExponential(1)}`);
    }
  }

  /** Notes whatever must be the same and is not. */
  require(same: boolean, problem: string): void {
    if (!same) this.faults.push(problem);
  }
}

/**
 * The largest absolute difference; NaN where either holds one or they differ in size.
 * @param counts whether the number at a place is compared
 */
export function farthest(
  ours: ArrayLike<number>,
  theirs: ArrayLike<number>,
  counts: (at: number) => boolean = () => true,
): number {
  if (ours.length !== theirs.length) return Number.NaN;
  let difference = 0;
  for (let at = 0; at < theirs.length; at++) {
    if (counts(at)) difference = Math.max(difference, Math.abs(ours[at] - theirs[at]));
  }
  return difference;
}

export function largestOf(values: ArrayLike<number>): number {
  return farthest(values, new Float64Array(values.length));
}
