import type { BeginReport, EpochReport, StepReport } from "./training-reports";

/** Observes one training run. */
export interface TrainingObserver {
  readonly onBegin?: (report: BeginReport) => void;
  readonly onStep?: (report: StepReport) => void;
  readonly onEpoch?: (report: EpochReport) => void;
  /** Called last, and awaited. `error` is what ended the training early. */
  readonly onEnd?: (error?: unknown) => void | Promise<void>;
}

/** A program in which training runs, such as the notebook kernel. */
export interface TrainingHost {
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal;
  /** Returns an observer for a run whose caller does not observe it. */
  observe(): TrainingObserver;
}

/** Key of the host in `globalThis`, so that neither side needs to import the other. */
export const trainingHostKey: unique symbol = Symbol.for("pnr.training-host");

/** Adds the host's observer to options with neither `onStep` nor `onEpoch`, and its signal to options without one. */
export function withHost<Options extends TrainingObserver & { readonly signal?: AbortSignal }>(
  options: Options,
): Options {
  const { [trainingHostKey]: host } = globalThis as { [trainingHostKey]?: TrainingHost };
  if (!host) return options;
  const { onStep, onEpoch, signal = host.signal } = options;
  return { ...(onStep || onEpoch ? {} : host.observe()), ...options, signal };
}
