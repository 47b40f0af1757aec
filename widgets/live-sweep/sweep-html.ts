import { escapeHtml } from "../shared/html";
import { planText, progressText, runText, type ShownSweep } from "./sweep-text";

/** Visible on white and on dark pages: a display that updates often cannot follow the theme. */
const colors = { running: "#2f86c9", halted: "#b58900" } as const;

/** The panel of a sweep: its title, a bar for all runs, and for each running one a bar with its setting and seed. No scripts. */
export function sweepHtml(sweep: ShownSweep): string {
  const { state, begin, moment, failures, seconds } = sweep;
  const color = state === "stopped" || state === "failed" ? colors.halted : colors.running;
  const share = moment?.share ?? (state === "done" ? 1 : 0);
  const rows = (moment?.running ?? []).map(
    (run) => `<div style="display:flex;gap:12px;align-items:center;margin:3px 0">
<div style="flex:0 0 120px">${bar(run.share, run.label, runText(run), color, 5)}</div>
<div>${escapeHtml(run.label)} <span style="opacity:0.7">${escapeHtml(runText(run))}</span></div></div>`,
  );
  const lines = [...begin.remarks, ...failures.map((line) => `failed: ${line}`)];
  return `<div role="group" aria-label="sweep" style="font-size:13px;max-width:680px;font-variant-numeric:tabular-nums">
<div style="margin:2px 0 6px"><b>${escapeHtml(begin.title)}</b> · ${escapeHtml(planText(begin, seconds !== undefined))}</div>
${bar(share, begin.title, progressText(sweep), color, 8)}
<div style="margin:6px 0">${escapeHtml(progressText(sweep))}</div>
${rows.join("\n")}
${lines.map((line) => `<div style="opacity:0.8">${escapeHtml(line)}</div>`).join("\n")}</div>`;
}

function bar(share: number, label: string, text: string, color: string, height: number): string {
  const percent = (100 * share).toFixed(1);
  return `<div role="progressbar" aria-label="${escapeHtml(label)}" aria-valuenow="${percent}" aria-valuemin="0" aria-valuemax="100" aria-valuetext="${escapeHtml(text)}" style="height:${height}px;border-radius:${height / 2}px;background:rgba(128,128,128,0.25);forced-color-adjust:none;overflow:hidden"><div style="height:100%;width:${percent}%;background:${color}"></div></div>`;
}
