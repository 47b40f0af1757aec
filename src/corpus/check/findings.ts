/** A fault or a remark about a corpus, for its user. */
export interface Finding {
  /** A fault makes a corpus unusable or its scores unfair. A remark may be intended. */
  readonly kind: "fault" | "remark";
  readonly what: string;
  readonly count: number;
  /** Location and content of the first few. */
  readonly examples: readonly string[];
}

const mostExamples = 3;

/** Collects findings, and the first examples of each kind. */
export class Findings {
  private readonly byWhat = new Map<string, { kind: Finding["kind"]; count: number; examples: string[] }>();

  add(kind: Finding["kind"], what: string, example: string, count = 1): void {
    if (count === 0) return;
    const entry = this.byWhat.get(what) ?? { kind, count: 0, examples: [] };
    entry.count += count;
    if (entry.examples.length < mostExamples) entry.examples.push(example);
    this.byWhat.set(what, entry);
  }

  /** Faults, then remarks, each in the order of their first occurrence. */
  list(): Finding[] {
    const findings = [...this.byWhat].map(([what, { kind, count, examples }]) => ({
      kind,
      what,
      count,
      examples,
    }));
    return findings.sort((a, b) => Number(a.kind === "remark") - Number(b.kind === "remark"));
  }
}
