import { score } from "./score";
import type { PaperComparison } from "./types";

/** Table 4: the performance on WeiboNER. */
export const table4: PaperComparison = {
  corpus: "WeiboNER",
  systems: [
    { model: "TFM", reference: 4, score: score(71.29, 67.07, 71.12) },
    { model: "LocateAndLabel", reference: 6, score: score(70.11, 68.12, 69.16) },
    { model: "KNN-NER", reference: 58, score: score(75.0, 69.92, 72.03) },
    { model: "SLK-NER", reference: 59, score: score(61.8, 66.3, 64.0) },
    { model: "BoundaryDet", reference: 60, score: score(null, null, 70.14) },
    { model: "ChineseBERT", reference: 61, score: score(68.75, 72.97, 71.26) },
    { model: "AESINER", reference: 62, score: score(null, null, 69.78) },
    { model: "Our Model", score: score(72.93, 71.85, 72.38) },
  ],
};
