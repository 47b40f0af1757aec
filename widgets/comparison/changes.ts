import type { Change } from "../../src/evaluation/compare";

export const changeTexts: Readonly<Record<Change, string>> = {
  fixed: "gold, predicted by the second run only",
  broken: "gold, predicted by the first run only",
  "both right": "gold, predicted by both",
  "both wrong": "gold, predicted by neither",
  gained: "not gold, predicted by the second run only",
  lost: "not gold, predicted by the first run only",
  "both spurious": "not gold, predicted by both",
};

/** The columns of the table of changes. */
export const changes = Object.keys(changeTexts) as readonly Change[];

/** Changes for the better, for the worse, and no change. */
export function toneOf(change: Change): "right" | "wrong" | "faint" {
  if (change === "fixed" || change === "lost") return "right";
  return change === "broken" || change === "gained" ? "wrong" : "faint";
}
