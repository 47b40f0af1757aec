import type { Batching } from "../../../src/corpus";
import type { Run } from "../result";
import type { Summary } from "../statistics";

export const nameOf = ({ config, engine }: Pick<Run, "config" | "engine">): string =>
  `${config} on ${engine}`;

/** How tables name the batchings of training. */
export const batchWords: Readonly<Record<Batching, string>> = {
  shuffled: "shuffled",
  similarLength: "of similar length",
};

/** Three significant digits, or all digits before the decimal point. */
export function number(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const digits = value === 0 ? 0 : Math.max(0, Math.min(3, 2 - Math.floor(Math.log10(Math.abs(value)))));
  return value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export function interval({ low, high }: Summary): string {
  return `${number(low)} – ${number(high)}`;
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

export function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20).toLocaleString("en")} MiB`;
}
