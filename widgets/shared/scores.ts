export const measures = ["precision", "recall", "f1"] as const;

export type Measure = (typeof measures)[number];

export const measureNames: Readonly<Record<Measure, string>> = {
  precision: "precision",
  recall: "recall",
  f1: "F1",
};

/** Name of the group of all entities; the other groups are lengths. */
export const all = "all";

export function groupName(group: string): string {
  return group === all ? "all lengths" : `length ${group}`;
}

/** Sorts lengths: "4" before "≥5". */
export function compareLengths(one: string, other: string): number {
  return Number(one.replace("≥", "")) - Number(other.replace("≥", ""));
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
