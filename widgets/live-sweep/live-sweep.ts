import type { SweepBegin } from "../../src/experiments/sweep/host";
import type { SweepMoment } from "../../src/experiments/sweep/sweep-progress";
import { LivePanel } from "../live-panel/live-panel";
import { escapeHtml } from "../shared/html";
import { kernelLink } from "../shared/kernel-link";
import { planText, progressText, runText, type ShownSweep, type SweepState, sweepText } from "./sweep-text";

/** Watches one sweep: `await runTable("table6", liveSweep())`. In a notebook, a bare `runTable` is watched, too. */
export interface LiveSweep {
  readonly onBegin: (begin: SweepBegin) => void;
  readonly onProgress: (moment: SweepMoment) => void;
  readonly onEnd: (error?: unknown) => void;
  /** Aborted when the user interrupts the cell; undefined outside our kernel. */
  readonly signal: AbortSignal | undefined;
}

/**
 * Shows the progress of a sweep: in a notebook, a panel that updates in place and names the setting and seed of each running run;
 * elsewhere, one line per run that ends. With PNR_REPRODUCIBLE=1 in the environment, the final output contains no times.
 * @param now the current time in milliseconds
 */
export function liveSweep(now: () => number = Date.now): LiveSweep {
  const kernel = kernelLink();
  const signal = kernel?.signal;
  const panel = kernel && new LivePanel(kernel, now);
  const timed = process.env.PNR_REPRODUCIBLE !== "1";
  const failures: string[] = [];
  let began = now();
  let state: SweepState = "running";
  let begin: SweepBegin | undefined;
  let moment: SweepMoment | undefined;
  const show = (): void => {
    if (!begin) return;
    const seconds = timed ? (now() - began) / 1000 : undefined;
    const sweep: ShownSweep = { state, begin, moment, failures, seconds };
    const [html, text] = [sweepHtml(sweep), sweepText(sweep)];
    if (state === "running" || state === "stopping") panel?.update(html, text);
    else panel?.complete(html, { "text/plain": text });
  };
  const onInterrupt = (): void => {
    state = "stopping";
    show();
  };
  signal?.addEventListener("abort", onInterrupt, { once: true });
  return {
    onBegin: (plan) => {
      begin = plan;
      began = now();
      show();
      if (!kernel) console.log(`${plan.title}: ${planText(plan, timed)}`);
    },
    onProgress: (next) => {
      moment = next;
      for (const { run, state: end } of next.ended) {
        if (end.kind === "failed") failures.push(`${run.label}: ${end.failure.message}`);
        if (!kernel) console.log(`${run.label}: ${end.kind}`);
      }
      if (panel?.isDue) show();
    },
    onEnd: (error) => {
      signal?.removeEventListener("abort", onInterrupt);
      if (error === undefined) state = "done";
      else state = signal?.aborted ? "stopped" : "failed";
      moment = moment && { ...moment, running: [] };
      show();
    },
    signal,
  };
}

/** Visible on white and on dark pages: a display that updates often cannot follow the theme. */
const colors = { running: "#2f86c9", halted: "#b58900" } as const;

/** The panel of a sweep: its title, a bar for all runs, and for each running one a bar with its setting and seed. No scripts. */
function sweepHtml(sweep: ShownSweep): string {
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
