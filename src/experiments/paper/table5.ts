import { score } from "./score";
import type { PaperLengths } from "./types";

/** Table 5: the result on entities of different lengths. */
export const table5: PaperLengths = {
  GENIA: {
    "1": score(86.59, 80.46, 83.41),
    "2": score(83.01, 80.19, 81.58),
    "3": score(77.57, 78.07, 77.82),
    "4": score(75.49, 78.4, 76.92),
    "≥5": score(72.99, 78.99, 75.87),
    all: score(81.74, 79.76, 80.74),
  },
  CoNLL03: {
    "1": score(93.55, 92.68, 93.11),
    "2": score(94.04, 94.32, 94.18),
    "3": score(90.04, 91.22, 90.63),
    "4": score(92.1, 94.59, 93.33),
    "≥5": score(85.18, 92.0, 88.46),
    all: score(92.86, 93.13, 93.0),
  },
  WeiboNER: {
    "1": score(80.52, 74.61, 77.46),
    "2": score(57.31, 61.84, 59.49),
    all: score(72.93, 71.85, 72.38),
  },
};
