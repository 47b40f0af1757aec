/** Factor on the learning rate at a step, counted from 0. */
export type Schedule = (step: number) => number;

/** Cosine warm-up-decay (§4.2): linear from 0 over the warm-up's share of all steps, then half a cosine down to 0. */
export function cosineSchedule(steps: number, warmup: number): Schedule {
  const rising = Math.floor(steps * warmup);
  return (step) => {
    if (step < rising) return (step + 1) / (rising + 1);
    const progress = (step - rising) / Math.max(1, steps - rising);
    return (1 + Math.cos(Math.PI * Math.min(1, progress))) / 2;
  };
}

/**
 * Linear warm-up from 0 and linear decay to 0, as the released code has it: the first step has a rate of 0, and the warm-up
 * need not end at a whole step.
 */
export function linearSchedule(steps: number, warmup: number): Schedule {
  const rising = steps * warmup;
  return (step) =>
    step < rising ? step / Math.max(1, rising) : Math.max(0, steps - step) / Math.max(1, steps - rising);
}
