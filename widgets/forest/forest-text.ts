import type { Difference } from "../../src/experiments/difference-types";

/** "+1.20", "−0.31", "0.00" */
export function signed(value: number, digits = 2): string {
  const text = Math.abs(value).toFixed(digits);
  return Number(text) === 0 ? text : `${value < 0 ? "−" : "+"}${text}`;
}

export function differenceText({ estimate }: Difference): string {
  return `${signed(estimate)} F1`;
}

/** "95 % interval" values: "−0.31 to +1.20"; empty without an interval. */
export function intervalText({ interval }: Difference): string {
  return interval ? `${signed(interval.low)} to ${signed(interval.high)}` : "";
}

/** "p 0.021", "p < 0.001"; empty without a test. */
export function pText({ p }: Difference): string {
  if (p === null) return "";
  return p < 0.001 ? "p < 0.001" : `p ${p.toFixed(3)}`;
}
