const smallest = 1e-7;

/** log p / (1 − p), finite for every probability. */
export function logit(probability: number): number {
  const inside = Math.min(1 - smallest, Math.max(smallest, probability));
  return Math.log(inside / (1 - inside));
}

/** Inverse of {@link logit}. */
export function sigmoid(score: number): number {
  return 1 / (1 + Math.exp(-score));
}

/** σ(logit(p) / T): closer to 1/2 for a temperature above 1. */
export function scaleProbability(probability: number, temperature: number): number {
  return sigmoid(logit(probability) / temperature);
}
