import { escapeHtml } from "../shared/html";
import type { Svg } from "../shared/svg";
import { light } from "../shared/theme";
import { finishedShare, type LossPoint, type Progress, progressText, runText } from "./progress-text";

/** Okabe–Ito hues that are visible on white and on dark pages: a display that updates often cannot follow the theme. */
const colors = { loss: "#d9661f", f1: "#2f86c9", stopped: "#b58900" } as const;

const mostPoints = 300;

const [width, height] = [680, 180];

/** A progress bar, its text and the charts of loss and dev F1 as HTML. Without scripts, so that it can update often. */
export function progressHtml(progress: Progress): string {
  const percent = (100 * finishedShare(progress)).toFixed(1);
  const text = escapeHtml(progressText(progress));
  const halted = progress.state === "stopped" || progress.state === "failed";
  const fill = `height:100%;width:${percent}%;background:${halted ? colors.stopped : colors.f1}`;
  const charts = chartsOf(progress);
  const svg = `<svg role="img" viewBox="0 0 ${width} ${height}" width="100%" style="display:block" font-family="inherit" font-size="11">
<title>${escapeHtml(runText(progress))}</title>
${charts.join("\n")}
</svg>`;
  const title = progress.title ? escapeHtml(progress.title) : "";
  const heading = title ? `<div style="font-weight:600;margin:0 0 4px">${title}</div>\n` : "";
  return `<div role="group" aria-label="training run${title && `: ${title}`}" style="font-size:13px;max-width:680px">
${heading}<div role="progressbar" aria-label="training" aria-valuenow="${percent}" aria-valuemin="0" aria-valuemax="100" aria-valuetext="${text}" style="height:8px;border-radius:4px;background:rgba(128,128,128,0.25);forced-color-adjust:none;overflow:hidden"><div style="${fill}"></div></div>
<div style="margin:6px 0;font-variant-numeric:tabular-nums">${text}</div>
${charts.length ? svg : ""}</div>`;
}

/** Text and charts as a picture, for where our HTML is not shown; undefined if there are no charts yet. */
export function progressPicture(progress: Progress): Svg | undefined {
  const charts = chartsOf(progress);
  if (!charts.length) return undefined;
  const textHeight = 26;
  const source = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height + textHeight}">
<rect width="100%" height="100%" fill="${light.paper}"/>
<g font-size="11" color="${light.ink}"><text x="1" y="16" font-size="13" fill="currentColor">${escapeHtml([progress.title, progressText(progress)].filter(Boolean).join(": "))}</text>
<g transform="translate(0,${textHeight})">
${charts.join("\n")}
</g></g></svg>`;
  return { width, height: height + textHeight, source };
}

/** The charts of loss and dev F1. Both span the whole run, so the empty part is what remains. */
function chartsOf({ last, losses, epochs }: Progress): string[] {
  if (!last || losses.length < 2) return [];
  const loss = lineChart({
    title: "training loss, running mean",
    color: colors.loss,
    points: thinned(smoothed(losses)).map(({ epoch, loss }) => [epoch, loss]),
    dots: [],
    epochs: last.epochs,
    left: 0,
  });
  const scoredEpochs = epochs.filter(({ dev }) => dev);
  if (!scoredEpochs.length) return [loss];
  const f1 = lineChart({
    title: "F1 on dev in percent; filled if best so far",
    color: colors.f1,
    points: scoredEpochs.map(({ epoch, dev }) => [epoch, dev?.overall.f1 ?? 0]),
    dots: scoredEpochs.map(({ best }) => (best ? "filled" : "hollow")),
    epochs: last.epochs,
    left: width / 2,
  });
  return [loss, f1];
}

/** A running mean, because batches vary. Losses that are not finite are left out. */
function smoothed(points: readonly LossPoint[]): LossPoint[] {
  const decay = 0.9;
  let [sum, weight] = [0, 0];
  return points
    .filter(({ loss }) => Number.isFinite(loss))
    .map(({ epoch, loss }) => {
      sum = decay * sum + loss;
      weight = decay * weight + 1;
      return { epoch, loss: sum / weight };
    });
}

function thinned(points: readonly LossPoint[]): LossPoint[] {
  const every = Math.ceil(points.length / mostPoints);
  return points.filter((_, i) => i % every === 0 || i === points.length - 1);
}

interface Chart {
  readonly title: string;
  readonly color: string;
  readonly points: readonly (readonly [epoch: number, value: number])[];
  /** One per point, or none at all. */
  readonly dots: readonly ("filled" | "hollow")[];
  readonly epochs: number;
  /** Left edge of the chart in the drawing. */
  readonly left: number;
}

const mostCharacters = 6;

/** Edges of the plot within its chart of 340 by 180. */
const box = { left: 44, right: 326, top: 26, bottom: 140 } as const;

/** A chart over the epochs of a run as SVG. Axes have the color of the surrounding text. */
function lineChart({ title, color, points, dots, epochs, left }: Chart): string {
  const ticks = ticksUpTo(Math.max(...points.map(([, value]) => value)), 4);
  const top = ticks[ticks.length - 1];
  const x = (epoch: number): string => (box.left + (epoch / epochs) * (box.right - box.left)).toFixed(1);
  const y = (value: number): number => box.bottom - (value / top) * (box.bottom - box.top);
  const grid = ticks.map((value) => {
    const opacity = value ? 0.15 : 0.6;
    return `<path d="M${box.left},${y(value).toFixed(1)}H${box.right}" stroke="currentColor" stroke-opacity="${opacity}"/>
<text x="${box.left - 6}" y="${(y(value) + 4).toFixed(1)}" text-anchor="end" fill="currentColor">${tickText(value)}</text>`;
  });
  const epochLabels = ticksUpTo(epochs, 6)
    .filter((epoch) => epoch <= epochs && Number.isInteger(epoch))
    .map(
      (epoch) =>
        `<text x="${x(epoch)}" y="${box.bottom + 15}" text-anchor="middle" fill="currentColor">${epoch}</text>`,
    );
  const circles = dots.map((dot, i) => {
    const [epoch, value] = points[i];
    const fill = dot === "filled" ? color : "none";
    return `<circle cx="${x(epoch)}" cy="${y(value).toFixed(1)}" r="3.5" fill="${fill}" stroke="${color}" stroke-width="1.5"/>`;
  });
  const line = points.map(([epoch, value]) => `${x(epoch)},${y(value).toFixed(1)}`);
  return `<g transform="translate(${left},0)">
<text x="${box.left}" y="14" fill="currentColor">${escapeHtml(title)}</text>
${grid.join("\n")}
${epochLabels.join("\n")}
<text x="${(box.left + box.right) / 2}" y="${box.bottom + 32}" text-anchor="middle" fill="currentColor">epoch</text>
<polyline points="${line.join(" ")}" fill="none" stroke="${color}" stroke-width="2" stroke-linejoin="round"/>
${circles.join("\n")}
</g>`;
}

function tickText(value: number): string {
  const text = String(value);
  return text.length > mostCharacters ? value.toExponential().replace("e+", "e") : text;
}

/** About `count` round numbers from 0 to the first that is at least the highest value. @internal */
export function ticksUpTo(highest: number, count: number): number[] {
  if (!(highest > 0 && Number.isFinite(highest))) return [0, 1];
  const rough = highest / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough * 0.999) ?? 10);
  const steps = Math.ceil(highest / step - 1e-9);
  return Array.from({ length: steps + 1 }, (_, i) => Number((i * step).toPrecision(12)));
}
