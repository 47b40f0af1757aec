import type { Interval } from "../../evaluation";
import type { RunRecord } from "../results/types";
import type { Spread } from "./statistics";

/** Where there is no value. */
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

/** What a run's sentence encoder has beside its embeddings. */
export function encoderText({ config: { model } }: RunRecord): string {
  const { bert } = model;
  if (!bert) return "no BERT";
  return bert.from ?? `BERT ${bert.layers} × ${bert.hidden} from nothing`;
}
