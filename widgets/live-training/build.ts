import { escapeHtml } from "../shared/html";
import { type ChartLine, lineChart } from "./chart";
import { type LossPoint, type Progress, progressText, runText, share } from "./progress";

/** Of Okabe and Ito's hues, as dark as a dark page and as light as a white one bear: what is replaced often knows no theme. */
const colors = { loss: "#d9661f", f1: "#2f86c9", stopped: "#b58900" } as const;

const mostPoints = 300;

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

/** Both over the whole run, so that the room to the right is what is left. */
function curves(progress: Progress): string {
  const { last, losses, epochs } = progress;
  if (!last || losses.length < 2) return "";
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
  const charts = [
    lineChart({ title: "training loss, running mean", line: loss, epochs: last.epochs, left: 0 }),
  ];
  if (scored.length) {
    const title = "F1 on dev in percent; filled where best so far";
    charts.push(lineChart({ title, line: f1, epochs: last.epochs, left: 340 }));
  }
  return `<svg role="img" viewBox="0 0 680 180" width="100%" style="display:block" font-family="inherit" font-size="11">
<title>${escapeHtml(runText(progress))}</title>
${charts.join("\n")}
</svg>`;
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
