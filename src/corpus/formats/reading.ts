import { CorpusError, type CorpusLocation } from "../../base/errors";
import type { Tokenizer } from "../types";

/** Something that a reader repaired or decided. */
export interface Remark {
  readonly what: string;
  readonly count: number;
  /** The first occurrence, as in "line 30". */
  readonly first: string;
}

/** A location without its file, for remarks: "line 3". */
export function shortLocation({ line, sentence }: CorpusLocation): string {
  return line === undefined ? `sentence ${sentence}` : `line ${line}`;
}

/** Records what happens while a file is read: facts about it, repairs with their counts, and faults. */
export class Reading {
  private readonly repairs = new Map<string, { count: number; first: string }>();
  private readonly distinctFacts = new Set<string>();
  /** How a raw text was tokenized; undefined if the file gives tokens. */
  tokenizer: Tokenizer | undefined;
  skippedSentences = 0;

  /** @param tolerate receives faults, whose sentences are skipped; without it, faults are thrown */
  constructor(private readonly tolerate?: (fault: CorpusError) => void) {}

  /** Records what the reader recognized, as in "tags are IOB1". */
  addFact(fact: string): void {
    this.distinctFacts.add(fact);
  }

  /** @param what one of a few fixed sentences, never data @param where as in "line 30" */
  countRepair(what: string, where: string, count = 1): void {
    const repair = this.repairs.get(what);
    if (repair) repair.count += count;
    else if (count > 0) this.repairs.set(what, { count, first: where });
  }

  /**
   * @param sentences that are skipped because of the fault
   * @throws the fault, unless faults are tolerated
   */
  addFault(fault: CorpusError, sentences = 1): void {
    if (!this.tolerate) throw fault;
    this.skippedSentences += sentences;
    this.tolerate(fault);
  }

  /** For a catch block: passes a CorpusError to {@link addFault} and throws any other error again. */
  handle(error: unknown, sentences = 1): undefined {
    if (!(error instanceof CorpusError)) throw error;
    this.addFault(error, sentences);
    return undefined;
  }

  get facts(): readonly string[] {
    return [...this.distinctFacts];
  }

  get remarks(): readonly Remark[] {
    return [...this.repairs].map(([what, { count, first }]) => ({ what, count, first }));
  }

  lines(): string[] {
    return [
      ...this.distinctFacts,
      ...this.remarks.map(({ what, count, first }) => `${count} × ${what} (first: ${first})`),
    ];
  }
}
