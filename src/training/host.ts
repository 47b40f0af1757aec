import type { BeginReport, EpochReport, StepReport } from "./types";

/** Watches one training run. */
export interface TrainingObserver {
  readonly onBegin?: (report: BeginReport) => void;
  readonly onStep?: (report: StepReport) => void;
  readonly onEpoch?: (report: EpochReport) => void;
  /** Called last, with what was thrown where training did not come to its end, and waited for. */
  readonly onEnd?: (error?: unknown) => void | Promise<void>;
}

/** What a program in which training runs, such as the notebook kernel, offers to every run that does not see to it itself. */
export interface TrainingHost {
  /** Aborted when the user wants what runs to stop. */
  readonly signal: AbortSignal;
  /** Watches a run that nobody else watches. */
  observe(): TrainingObserver;
}

/** The host stands under this key of `globalThis`, so that neither side needs to load the other. */
export const trainingHostKey: unique symbol = Symbol.for("pnr.training-host");

/** The options of a run, with the host's observer where there is none and the host's signal where there is none. */
export function hosted<Options extends TrainingObserver & { readonly signal?: AbortSignal }>(
  options: Options,
): Options {
  const { [trainingHostKey]: host } = globalThis as { [trainingHostKey]?: TrainingHost };
  if (!host) return options;
  const { onStep, onEpoch, signal = host.signal } = options;
  return { ...(onStep || onEpoch ? {} : host.observe()), ...options, signal };
}
