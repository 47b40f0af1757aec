/** Something about a corpus that its user should know. */
export interface Finding {
  /** A fault makes a corpus unfit, or its scores unfair; a remark may be as it must be. */
  readonly kind: "fault" | "remark";
  readonly what: string;
  readonly count: number;
  /** Where, and what stands there; of the first few. */
  readonly examples: readonly string[];
}

const shown = 3;

/** Gathers findings of the same kind, with the first examples of each. */
export class Findings {
  private readonly all = new Map<string, { kind: Finding["kind"]; count: number; examples: string[] }>();

  add(kind: Finding["kind"], what: string, example: string, count = 1): void {
    if (count === 0) return;
    const known = this.all.get(what) ?? { kind, count: 0, examples: [] };
    known.count += count;
    if (known.examples.length < shown) known.examples.push(example);
    this.all.set(what, known);
  }

  /** Faults first, each in the order in which they were met. */
  list(): Finding[] {
    const findings = [...this.all].map(([what, { kind, count, examples }]) => ({
      kind,
      what,
      count,
      examples,
    }));
    return [
      ...findings.filter(({ kind }) => kind === "fault"),
      ...findings.filter(({ kind }) => kind === "remark"),
    ];
  }
}
