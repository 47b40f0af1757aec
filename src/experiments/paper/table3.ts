import { score } from "./score";
import type { PaperComparison } from "./types";

/** Table 3: the performance on CoNLL03. */
export const table3: PaperComparison = {
  corpus: "CoNLL03",
  systems: [
    { model: "LocateAndLabel", reference: 6, score: score(92.13, 93.79, 92.94) },
    { model: "PIQN", reference: 17, score: score(93.29, 92.46, 92.87) },
    { model: "NER-DP", reference: 45, score: score(92.85, 92.15, 92.5) },
    { model: "LUKE", reference: 54, score: score(null, null, 92.87) },
    { model: "MRC", reference: 55, score: score(92.47, 93.27, 92.87) },
    { model: "KNN-NER", reference: 58, score: score(92.82, 92.99, 92.93) },
    { model: "Our Model", score: score(92.86, 93.13, 93.0) },
  ],
};
