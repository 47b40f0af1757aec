import { type Finished, type PnrOptions, pnr } from "./pnr";

/** Arguments of a training run that takes only seconds. */
export function trainArgs(corpus: string, out: string, ...more: readonly string[]): string[] {
  return [
    ...["train", "--corpus", corpus, "--out", out, "--set"],
    ...["model.hidden=8", "model.heads=2", "model.layers=1", "model.kernels=[2]"],
    'model.embedding={"characters":2,"words":4,"pos":2}',
    ...more,
  ];
}

/** Runs `pnr` and sends a signal once `text` is in its standard error. */
export function signaled(
  args: readonly string[],
  text: string,
  signal: NodeJS.Signals = "SIGINT",
  options: PnrOptions = {},
): Promise<Finished> {
  let sent = false;
  return pnr(args, {
    ...options,
    onError: (stderr, pid) => {
      if (sent || !stderr.includes(text)) return;
      sent = true;
      process.kill(pid, signal);
    },
  });
}
