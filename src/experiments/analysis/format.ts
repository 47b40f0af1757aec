import type { Interval } from "../../evaluation";
import type { RunRecord } from "../results/run-record";
import type { Spread } from "./statistics";

/** Text of a missing value. */
export const nothing = "–";

/** "80.27 ± 0.31 (3)": mean, standard deviation, number of seeds. */
export function spreadText({ mean, std, n }: Spread): string {
  return `${mean.toFixed(2)}${std === null ? "" : ` ± ${std.toFixed(2)}`} (${n})`;
}

/** "78.12 to 81.05" */
export function intervalText(interval: Interval | null | undefined): string {
  return interval ? `${interval.low.toFixed(2)} to ${interval.high.toFixed(2)}` : nothing;
}

export function fixed(value: number | null | undefined, digits = 2): string {
  return value === null || value === undefined || Number.isNaN(value)
    ? nothing
    : value.toFixed(digits).replace("-", "−");
}

/** "+1.20", "−0.31", "0.00" */
export function signed(value: number, digits = 2): string {
  const text = Math.abs(value).toFixed(digits);
  return Number(text) === 0 ? text : `${value < 0 ? "−" : "+"}${text}`;
}

export function pText(p: number): string {
  return p < 0.001 ? "< 0.001" : p.toFixed(3);
}

/** "1 seed", "5 seeds" */
export function countText(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** The encoder of a run's model. */
export function encoderText({ config: { model } }: RunRecord): string {
  const { bert } = model;
  if (!bert) return "no BERT";
  return bert.from ?? `BERT ${bert.layers} × ${bert.hidden} from random weights`;
}
