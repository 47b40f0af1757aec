import { score } from "./score";
import type { PaperScore, PaperSetting } from "./types";

/**
 * Table 6: the ablation study; "-" means that the module is removed or replaced by another. "Origin" is the row [2,2] of
 * Table 7 for GENIA and CoNLL03, [2,2,2] for WeiboNER.
 */
export const table6: readonly PaperSetting[] = [
  row("Origin", score(81.5, 79.07, 80.27), score(92.48, 93.0, 92.74), score(72.93, 71.85, 72.38)),
  row("-Backward block", score(80.58, 79.65, 80.11), score(91.72, 92.66, 92.19), score(71.42, 70.37, 70.89)),
  row(
    "-Spatial modulation",
    score(81.46, 78.71, 80.06),
    score(92.0, 92.95, 92.47),
    score(71.5, 69.38, 70.42),
  ),
  row("-Gated Update", score(80.85, 78.78, 79.8), score(92.36, 93.11, 92.73), score(71.18, 71.35, 71.27)),
  row("-Category embedding", score(81.39, 78.58, 79.96), score(92.2, 92.79, 92.49), score(69.64, 67.4, 68.5)),
  row(
    "-Locations iteration",
    score(81.62, 78.67, 80.12),
    score(92.02, 93.18, 92.6),
    score(71.92, 70.86, 71.39),
  ),
  row(
    "-Logarithms iteration",
    score(81.07, 79.11, 80.08),
    score(92.05, 92.66, 92.35),
    score(73.76, 70.12, 71.89),
  ),
];

function row(setting: string, GENIA: PaperScore, CoNLL03: PaperScore, WeiboNER: PaperScore): PaperSetting {
  return { setting, scores: { GENIA, CoNLL03, WeiboNER } };
}
