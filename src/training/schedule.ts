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
