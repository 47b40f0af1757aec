/** Absolute tolerance of a module's outputs. Matching costs, logarithms of such outputs, are compared relatively above 1. */
export const outputTolerance = 1e-5;
/** Absolute tolerance of the loss. */
export const lossTolerance = 1e-5;
/** Relative tolerance of losses, gradient norms and learning rates of training steps. */
export const stepTolerance = 1e-5;
/** Absolute tolerance of weights after training. */
export const weightTolerance = 1e-5;
/** Tolerance of gradients relative to the largest in a tensor. */
export const gradientTolerance = 1e-4;
/** The factor of the authors' rounding, the difference between their float32 and float64, that is tolerated if it is more. */
export const rounding = 3;
/** Gradients of a tensor below this part of the largest in the file are compared absolutely, with this tolerance. */
export const tiny = 1e-6;
