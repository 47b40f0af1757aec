import { score } from "./score";
import type { PaperComparison } from "./types";

/** Table 2: the performance on GENIA. */
export const table2: PaperComparison = {
  corpus: "GENIA",
  systems: [
    { model: "LocateAndLabel", reference: 6, score: score(80.19, 80.89, 80.54) },
    { model: "Pyramid", reference: 22, score: score(79.45, 78.94, 79.19) },
    { model: "BARTNER", reference: 23, score: score(78.89, 79.6, 79.23) },
    { model: "SequenceToSet", reference: 26, score: score(82.31, 78.66, 80.44) },
    { model: "NER-DP", reference: 45, score: score(81.8, 79.3, 80.5) },
    { model: "BioBART", reference: 56, score: score(null, null, 79.93) },
    { model: "LogSumExpDecoder", reference: 57, score: score(79.2, 78.67, 78.93) },
    { model: "Our Model", score: score(81.74, 79.76, 80.74) },
  ],
};
