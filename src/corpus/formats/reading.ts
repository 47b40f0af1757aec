import { CorpusError } from "../../base/errors";
import type { Tokenizer } from "../types";

/** Something that a reader mended or chose on its own. */
export interface Remark {
  readonly what: string;
  readonly count: number;
  /** Where it happened first, as in "line 30". */
  readonly first: string;
}

/** What became of a file while it was read: facts about it, repairs with their counts, and faults. */
export class Reading {
  private readonly repairs = new Map<string, { count: number; first: string }>();
  private readonly facts = new Set<string>();
  /** How a raw text was cut into tokens; undefined where the tokens were given. */
  tokenizer: Tokenizer | undefined;

  /** @param tolerate takes a fault instead of having it thrown; what was at fault is then left out. */
  constructor(private readonly tolerate?: (fault: CorpusError) => void) {}

  /** Notes what the reader recognised, as in "tags are IOB1". */
  states(fact: string): void {
    this.facts.add(fact);
  }

  /** Counts a repair. @param what one of a few fixed sentences, never data */
  repaired(what: string, place: string, count = 1): void {
    const known = this.repairs.get(what);
    if (known) known.count += count;
    else if (count > 0) this.repairs.set(what, { count, first: place });
  }

  /** How many sentences were left out because of faults. */
  lostSentences = 0;

  /**
   * @param sentences how many are left out because of the fault
   * @throws the fault, unless faults are tolerated
   */
  fault(fault: CorpusError, sentences = 1): void {
    if (!this.tolerate) throw fault;
    this.lostSentences += sentences;
    this.tolerate(fault);
  }

  /** For a catch block: handles a CorpusError like every other fault and throws everything else again. */
  tolerated(error: unknown, sentences = 1): undefined {
    if (!(error instanceof CorpusError)) throw error;
    this.fault(error, sentences);
    return undefined;
  }

  get recognised(): readonly string[] {
    return [...this.facts];
  }

  get remarks(): readonly Remark[] {
    return [...this.repairs].map(([what, { count, first }]) => ({ what, count, first }));
  }

  /** All of it, a line each. */
  lines(): string[] {
    return [...this.facts, ...this.remarks.map(showRemark)];
  }
}

/** "10 × tags I- that nothing of their type precedes, taken as B- (first: line 30)" */
function showRemark({ what, count, first }: Remark): string {
  return `${count} × ${what} (first: ${first})`;
}
