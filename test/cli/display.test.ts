import assert from "node:assert/strict";
import { test } from "node:test";
import { Progress } from "../../src/base/progress";
import { TrainingDisplay } from "../../src/cli/shared/training-display";
import type { Score, Scores } from "../../src/evaluation/score-types";
import { scoresTable } from "../../src/evaluation/scores-text";

function score(gold: number, predicted: number, correct: number): Score {
  const precision = (100 * correct) / predicted;
  const recall = (100 * correct) / gold;
  return { gold, predicted, correct, precision, recall, f1: (200 * correct) / (gold + predicted) };
}

const scores: Scores = {
  overall: score(1200, 800, 600),
  byLength: { "1": score(1000, 700, 550), "≥5": score(200, 100, 50) },
  byType: { cell_line: score(1200, 800, 600) },
  byNesting: { flat: score(900, 700, 540), nested: score(300, 100, 60) },
  sentences: 250,
};

test("the table of scores has aligned columns and a row for every group", () => {
  assert.equal(
    scoresTable(scores),
    [
      "                    P      R     F1  gold  predicted  correct",
      "overall         75.00  50.00  60.00  1200        800      600",
      "length 1        78.57  55.00  64.71  1000        700      550",
      "length ≥5       50.00  25.00  33.33   200        100       50",
      "type cell_line  75.00  50.00  60.00  1200        800      600",
      "flat            77.14  60.00  67.50   900        700      540",
      "nested          60.00  20.00  30.00   300        100       60",
    ].join("\n"),
  );
});

test("no epoch is marked as the best if the last is kept", () => {
  let text = "";
  const stream = { write: (part: string) => (text += part) } as unknown as NodeJS.WriteStream;
  const display = new TrainingDisplay(new Progress({ stream }));
  display.begin({ selection: "last" });
  display.epoch({ epoch: 1, loss: 1, seconds: 1, sentencesPerSecond: 1, best: true });
  assert.doesNotMatch(text, /best/);
});

test("epochs are rows of one table: the best are marked, and without dev there are dashes", () => {
  let text = "";
  const write = (part: string): boolean => {
    text += part;
    return true;
  };
  const stream = { write } as unknown as NodeJS.WriteStream;
  const display = new TrainingDisplay(new Progress({ stream }));
  const epoch = { loss: 12.3456, seconds: 21.04, sentencesPerSecond: 71 };
  display.epoch({ ...epoch, epoch: 1, dev: scores, best: true });
  display.epoch({ ...epoch, epoch: 10, loss: 3.2, dev: scores, best: false });
  display.epoch({ ...epoch, epoch: 11, best: false });
  assert.deepEqual(text.split("\n"), [
    "   epoch    loss   dev P   dev R  dev F1 seconds",
    "       1  12.346   75.00   50.00   60.00    21.0  best",
    "      10   3.200   75.00   50.00   60.00    21.0",
    "      11  12.346       –       –       –    21.0",
    "",
  ]);
});
