import type { PaperCorpus } from "../../src/experiments/paper";
import type { Behind, PackedScores } from "./data";

/** Which bars' sentences are listed. */
export interface Chosen {
  readonly run: number;
  readonly group: string;
}

export interface State {
  readonly marks: "bars" | "points";
  /** Whose values of Table 5 stand beside. */
  readonly paper: PaperCorpus | "off";
  readonly chosen: Chosen | null;
  readonly listed: "wrong" | "all";
  /** Counts from 0. */
  readonly page: number;
}

export const perPage = 10;

/** The sentences behind the chosen bar, as places in the run's list. */
export function listed(data: PackedScores, { chosen, listed }: State): readonly number[] {
  const behind = chosen && behindOf(data, chosen);
  if (!behind) return [];
  return listed === "wrong" ? behind.wrong : [...behind.wrong, ...behind.right];
}

export function behindOf({ runs }: PackedScores, { run, group }: Chosen): Behind | undefined {
  return runs[run]?.behind?.[group];
}

export function pages(data: PackedScores, state: State): number {
  return Math.max(1, Math.ceil(listed(data, state).length / perPage));
}

/** "of length 2", "of any length". */
export function ofLength(group: string): string {
  return group === "all" ? "of any length" : `of length ${group}`;
}

/** What a bar carries for a click on it. */
export function clickValue({ run, group }: Chosen): string {
  return `${run} ${group}`;
}
