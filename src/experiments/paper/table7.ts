import { score } from "./score";
import type { PaperKernels, PaperScore } from "./types";

/** Table 7: the impact of the pyramid's kernel sizes. */
export const table7: readonly PaperKernels[] = [
  row([], score(81.35, 78.6, 79.95), score(92.21, 92.95, 92.58), score(73.35, 71.35, 72.34)),
  row([2], score(80.88, 78.44, 79.69), score(92.34, 92.88, 92.61), score(72.44, 70.12, 71.26)),
  row([2, 2], score(81.5, 79.07, 80.27), score(92.48, 93.0, 92.74), score(72.58, 68.64, 70.55)),
  row([2, 2, 2], score(81.23, 78.55, 79.87), score(91.49, 92.77, 92.13), score(72.93, 71.85, 72.38)),
  row([2, 2, 2, 2], score(81.24, 78.67, 79.94), score(92.24, 92.63, 92.43), score(72.19, 69.87, 71.01)),
  row([2, 3], score(80.09, 79.09, 80.01), score(92.0, 92.74, 92.37), score(72.68, 71.6, 72.13)),
  row([2, 3, 2], score(81.19, 78.35, 79.74), score(91.75, 92.45, 92.1), score(71.89, 71.35, 71.62)),
];

function row(
  kernels: readonly number[],
  GENIA: PaperScore,
  CoNLL03: PaperScore,
  WeiboNER: PaperScore,
): PaperKernels {
  return { setting: JSON.stringify(kernels), kernels, scores: { GENIA, CoNLL03, WeiboNER } };
}
