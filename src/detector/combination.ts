/** How an ensemble decides: by the votes of its members, or by the mean of their probabilities. */
export type Combination = "vote" | "average";

export const combinations: readonly Combination[] = ["vote", "average"];
