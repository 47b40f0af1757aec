import type { SweepBegin } from "../../src/experiments/sweep/host";
import type { SweepMoment } from "../../src/experiments/sweep/sweep-progress";
import { LivePanel } from "../live-panel/live-panel";
import { kernelLink } from "../shared/kernel-link";
import { sweepHtml } from "./sweep-html";
import { planText, type ShownSweep, type SweepState, sweepText } from "./sweep-text";

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
