import type { PaperCase, PaperPrediction, PaperSpan } from "./types";

/**
 * Table 8: three sentences of GENIA, of which we keep positions alone, counted from 0 with the end included. Types are
 * abbreviated as printed: CEL, DNA, PRO. A gold mention of the second sentence ends at 23, the prediction for it at 22.
 */
export const table8: readonly PaperCase[] = [
  {
    gold: [at(2, 3, "CEL"), at(7, 7, "PRO"), at(14, 15, "PRO"), at(33, 34, "PRO"), at(40, 40, "PRO")],
    predicted: [
      row(true, at(2, 3, "CEL"), [2.46, 3.06], [2.87, 3.01]),
      row(true, at(7, 7, "PRO"), [7.0, 6.83], [6.98, 7.01]),
      row(true, at(14, 15, "PRO"), [14.41, 15.06], [14.76, 15.03]),
      row(true, at(33, 34, "PRO"), [33.45, 34.04], [33.88, 34.01]),
      row(true, at(37, 37, "PRO"), [36.92, 36.9], [36.96, 37.01]),
    ],
  },
  {
    gold: [
      ...[at(3, 3, "PRO"), at(2, 4, "PRO"), at(12, 13, "CEL"), at(11, 13, "CEL")],
      ...[at(21, 22, "CEL"), at(20, 23, "CEL"), at(26, 27, "CEL"), at(25, 27, "CEL")],
    ],
    predicted: [
      row(true, at(3, 3, "PRO"), [3.12, 2.74], [2.98, 3.01]),
      row(true, at(2, 4, "PRO"), [3.37, 3.96], [3.82, 4.02]),
      row(false, at(11, 13, "DNA"), [11.95, 13.11], [12.61, 13.03]),
      row(false, at(12, 13, "DNA"), [12.69, 13.91], [13.11, 14.06]),
      row(false, at(20, 22, "DNA"), [21.24, 22.15], [21.74, 22.02]),
    ],
  },
  {
    gold: [
      ...[at(5, 5, "PRO"), at(5, 6, "DNA"), at(9, 9, "PRO"), at(9, 10, "DNA")],
      ...[at(25, 25, "PRO"), at(25, 27, "PRO"), at(31, 32, "CEL")],
    ],
    predicted: [
      row(true, at(5, 5, "PRO"), [5.08, 4.77], [4.98, 5.01]),
      row(false, at(5, 6, "CEL"), [5.45, 6.0], [5.86, 6.01]),
      row(false, at(9, 10, "CEL"), [9.46, 9.98], [9.89, 10.01]),
      row(true, at(25, 25, "PRO"), [24.91, 24.83], [24.97, 25.02]),
      row(true, at(25, 27, "PRO"), [26.17, 27.02], [26.73, 27.03]),
      row(false, at(31, 32, "PRO"), [31.38, 32.12], [31.88, 32.01]),
    ],
  },
];

function at(start: number, end: number, type: string): PaperSpan {
  return { start, end, type };
}

/** @param path as printed, from left to right */
function row(right: boolean, span: PaperSpan, ...path: PaperPrediction["path"]): PaperPrediction {
  return { ...span, right, path };
}
