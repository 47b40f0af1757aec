import type { EpochReport, StepReport } from "../../src/training/types";
import { escapeHtml } from "../shared/html";
import { light } from "../shared/theme";

/** What is known of a training run while it goes on. */
export interface Progress {
  readonly last: StepReport | undefined;
  /** Loss of each step so far. */
  readonly losses: readonly number[];
  readonly epochs: readonly EpochReport[];
}

/** One line: how far, how well, how long. */
export function progressText({ last, epochs }: Progress): string {
  if (!last) return "training starts …";
  const { epoch, steps, step, loss, sentencesPerSecond, secondsLeft } = last;
  const parts = [
    `epoch ${epoch}/${last.epochs}, step ${step}/${steps}`,
    `loss ${loss.toFixed(3)}`,
    `${sentencesPerSecond.toFixed(0)} sentences/s`,
    share(last) === 1 ? "all steps done" : `${clock(secondsLeft)} left`,
  ];
  const scored = epochs.findLast(({ dev }) => dev);
  if (scored?.dev) parts.splice(2, 0, `dev F1 ${scored.dev.overall.f1.toFixed(2)} %`);
  return parts.join(" · ");
}

const width = 640;
const height = 120;

/** A bar, the line of {@link progressText}, and the curves of loss and dev F1; no scripts, so that it can be replaced often. */
export function buildProgress(progress: Progress): string {
  const percent = (100 * share(progress.last)).toFixed(1);
  const text = progressText(progress);
  return `<div style="font-size:13px;max-width:${width}px">
<div role="progressbar" aria-valuenow="${percent}" aria-valuemin="0" aria-valuemax="100" style="height:8px;border-radius:4px;background:rgba(128,128,128,0.25);overflow:hidden"><div style="height:100%;width:${percent}%;background:${light.series[0]}"></div></div>
<div style="margin:4px 0;font-variant-numeric:tabular-nums">${escapeHtml(text)}</div>
${curves(progress)}</div>`;
}

/** Loss and F1 each on its own scale, from 0; over the whole run, so that the room to the right is what is left. */
function curves(progress: Progress): string {
  const { losses, epochs, last } = progress;
  if (!last || losses.length < 2) return "";
  const total = last.steps * last.epochs;
  const smooth = smoothed(losses);
  const highest = Math.max(...smooth);
  const loss = smooth.map((value, step) => point((step + 1) / total, value / highest));
  const scored = epochs.filter(({ dev }) => dev);
  const f1 = scored.map(({ epoch, dev }) => point(epoch / last.epochs, (dev?.overall.f1 ?? 0) / 100));
  const [lossColor, f1Color] = [light.series[1], light.series[0]];
  const dots = f1.map(
    (at) => `<circle r="3" cx="${at.split(",")[0]}" cy="${at.split(",")[1]}" fill="${f1Color}"/>`,
  );
  return `<svg role="img" aria-label="curves of loss and dev F1" viewBox="0 0 ${width} ${height}" width="100%" style="display:block">
<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" fill="none" stroke="currentColor" stroke-opacity="0.25"/>
<polyline points="${thinned(loss).join(" ")}" fill="none" stroke="${lossColor}" stroke-width="1.5"/>
<polyline points="${f1.join(" ")}" fill="none" stroke="${f1Color}" stroke-width="2"/>${dots.join("")}
<text x="${width - 8}" y="16" text-anchor="end" font-size="11" fill="${lossColor}">loss, 0 to ${highest.toFixed(2)}</text>
<text x="${width - 8}" y="31" text-anchor="end" font-size="11" fill="${f1Color}">dev F1, 0 to 100 %</text>
</svg>`;
}

function point(x: number, y: number): string {
  return `${(4 + x * (width - 8)).toFixed(1)},${(height - 4 - y * (height - 8)).toFixed(1)}`;
}

/** A running mean, for batches differ. */
function smoothed(losses: readonly number[]): number[] {
  const decay = 0.9;
  let sum = 0;
  let weight = 0;
  return losses.map((loss) => {
    sum = decay * sum + loss;
    weight = decay * weight + 1;
    return sum / weight;
  });
}

/** At most 300 points: more cannot be seen. */
function thinned(points: readonly string[]): string[] {
  const every = Math.ceil(points.length / 300);
  return points.filter((_, place) => place % every === 0 || place === points.length - 1);
}

function share(last: StepReport | undefined): number {
  if (!last) return 0;
  return ((last.epoch - 1) * last.steps + last.step) / (last.epochs * last.steps);
}

function clock(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
