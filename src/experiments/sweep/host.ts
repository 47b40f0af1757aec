import type { SweepMoment } from "./sweep-progress";

/** A sweep before it starts. */
export interface SweepBegin {
  /** "Table 6: ablations" */
  readonly title: string;
  readonly runs: number;
  /** Complete runs of earlier sweeps, which are not computed again. */
  readonly done: number;
  readonly workers: number;
  /** Expected duration of the others. */
  readonly seconds: number;
  /** The source of the estimate: "12 complete runs", "a few steps measured here". */
  readonly from: string;
  /** Notes on the sweep, such as missing corpora. */
  readonly remarks: readonly string[];
}

/** Observes one sweep. */
export interface SweepObserver {
  readonly onBegin?: (begin: SweepBegin) => void;
  readonly onProgress?: (moment: SweepMoment) => void;
  /** Called last, and awaited. `error` is what ended the sweep early. */
  readonly onEnd?: (error?: unknown) => void | Promise<void>;
}

/** A program in which sweeps run, such as the notebook kernel. */
export interface SweepHost {
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal;
  /** Returns an observer for a sweep whose caller does not observe it. */
  observeSweep(): SweepObserver;
}

/** Key of the host in `globalThis`, so that neither side needs to import the other. */
export const sweepHostKey: unique symbol = Symbol.for("pnr.sweep-host");

/** Adds the host's observer to options with neither `onBegin` nor `onProgress`, and its signal to options without one. */
export function withSweepHost<Options extends SweepObserver & { readonly signal?: AbortSignal }>(
  options: Options,
): Options {
  const { [sweepHostKey]: host } = globalThis as { [sweepHostKey]?: SweepHost };
  if (!host) return options;
  const { onBegin, onProgress, signal = host.signal } = options;
  return { ...(onBegin || onProgress ? {} : host.observeSweep()), ...options, signal };
}
