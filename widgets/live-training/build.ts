import { escapeHtml } from "../shared/html";
import type { Svg } from "../shared/svg";
import { light } from "../shared/theme";
import { type ChartLine, lineChart } from "./chart";
import { type LossPoint, type Progress, progressText, runText, share } from "./progress";

/** Of Okabe and Ito's hues, as dark as a dark page and as light as a white one bear: what is replaced often knows no theme. */
const colors = { loss: "#d9661f", f1: "#2f86c9", stopped: "#b58900" } as const;

const mostPoints = 300;

/** Of both curves side by side. */
const [width, height] = [680, 180];

/** A bar, the line of {@link progressText}, and the curves of loss and dev F1; no scripts, so that it can be replaced often. */
export function buildProgress(progress: Progress): string {
  const percent = (100 * share(progress)).toFixed(1);
  const text = escapeHtml(progressText(progress));
  const halted = progress.state === "stopped" || progress.state === "failed";
  const fill = `height:100%;width:${percent}%;background:${halted ? colors.stopped : colors.f1}`;
  return `<div role="group" aria-label="training run" style="font-size:13px;max-width:680px">
<div role="progressbar" aria-label="training" aria-valuenow="${percent}" aria-valuemin="0" aria-valuemax="100" aria-valuetext="${text}" style="height:8px;border-radius:4px;background:rgba(128,128,128,0.25);forced-color-adjust:none;overflow:hidden"><div style="${fill}"></div></div>
<div style="margin:6px 0;font-variant-numeric:tabular-nums">${text}</div>
${curves(progress)}</div>`;
}

/** What stays of a run where no HTML of ours is shown: its line and its curves; undefined where there are none yet. */
export function progressPicture(progress: Progress): Svg | undefined {
  const drawn = charts(progress);
  if (!drawn.length) return undefined;
  const room = 26;
  const source = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height + room}">
<rect width="100%" height="100%" fill="${light.paper}"/>
<g font-size="11" color="${light.ink}"><text x="1" y="16" font-size="13" fill="currentColor">${escapeHtml(progressText(progress))}</text>
<g transform="translate(0,${room})">
${drawn.join("\n")}
</g></g></svg>`;
  return { width, height: height + room, source };
}

function curves(progress: Progress): string {
  const drawn = charts(progress);
  if (!drawn.length) return "";
  return `<svg role="img" viewBox="0 0 ${width} ${height}" width="100%" style="display:block" font-family="inherit" font-size="11">
<title>${escapeHtml(runText(progress))}</title>
${drawn.join("\n")}
</svg>`;
}

/** Both over the whole run, so that the room to the right is what is left. */
function charts({ last, losses, epochs }: Progress): string[] {
  if (!last || losses.length < 2) return [];
  const scored = epochs.filter(({ dev }) => dev);
  const loss: ChartLine = {
    color: colors.loss,
    points: thinned(smoothed(losses)).map(({ epoch, loss }) => [epoch, loss]),
    dots: [],
  };
  const f1: ChartLine = {
    color: colors.f1,
    points: scored.map(({ epoch, dev }) => [epoch, dev?.overall.f1 ?? 0]),
    dots: scored.map(({ best }) => (best ? "filled" : "hollow")),
  };
  const drawn = [
    lineChart({ title: "training loss, running mean", line: loss, epochs: last.epochs, left: 0 }),
  ];
  if (scored.length) {
    const title = "F1 on dev in percent; filled where best so far";
    drawn.push(lineChart({ title, line: f1, epochs: last.epochs, left: width / 2 }));
  }
  return drawn;
}

/** A running mean, for batches differ; a loss that is no number ends what there is to see, and does not take the rest along. */
function smoothed(all: readonly LossPoint[]): LossPoint[] {
  const losses = all.filter(({ loss }) => Number.isFinite(loss));
  const decay = 0.9;
  let sum = 0;
  let weight = 0;
  return losses.map(({ epoch, loss }) => {
    sum = decay * sum + loss;
    weight = decay * weight + 1;
    return { epoch, loss: sum / weight };
  });
}

/** More points than pixels cannot be seen. */
function thinned(points: readonly LossPoint[]): LossPoint[] {
  const every = Math.ceil(points.length / mostPoints);
  return points.filter((_, place) => place % every === 0 || place === points.length - 1);
}
