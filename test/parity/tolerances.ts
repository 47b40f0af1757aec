/**
 * What a module computes, absolutely. A matching cost is no module's but the logarithm of two probabilities that are: one
 * above 1 is compared relative to itself.
 */
export const outputTolerance = 1e-5;
/** The loss, absolutely. */
export const lossTolerance = 1e-5;
/** Losses, gradient norms and learning rates of training steps, relatively. */
export const stepTolerance = 1e-5;
/** Weights after training, absolutely. */
export const weightTolerance = 1e-5;
/** Gradients, relative to a tensor's largest. */
export const gradientTolerance = 1e-4;
/** How many times the authors' own rounding, by which their float32 differs from float64, is tolerated where that is more. */
export const rounding = 3;
/** A tensor whose gradient is below this part of the file's largest is compared absolutely, within as much. */
export const tiny = 1e-6;
