import { Random } from "../../src/engine/random";
import type { ScoreInterval } from "../../src/evaluation/score-types";
import { table6 } from "../../src/experiments/paper";
import type { SweepResults, SweepRun, SweepScore } from "../../src/experiments/sweep-types";

const lengths = ["1", "2", "3", "4", "≥5"];

function around(center: number, random: Random): SweepScore {
  const [precision, recall] = [center + 2 + random.normal(), center - 2 + random.normal()];
  return { precision, recall, f1: (2 * precision * recall) / (precision + recall) };
}

function interval({ precision, recall, f1 }: SweepScore): ScoreInterval {
  const about = (value: number) => ({ low: value - 3, high: value + 2 });
  return { precision: about(precision), recall: about(recall), f1: about(f1) };
}

/** F1 by regressor layers, like Figure 5: long entities gain the most. */
export function fakeLayers(seeds = 3): SweepResults {
  const random = new Random(1);
  const settings = [1, 2, 3, 4, 5].map((value) => ({ name: `${value}`, value }));
  const runs = settings.flatMap(({ name, value }) =>
    Array.from({ length: seeds }, (_, at): SweepRun => {
      const gain = (weight: number) => weight * (1 - Math.abs(value - 3) / 3);
      const byLength = lengths.map((length, place) => [
        length,
        around(84 - 5 * place + gain(1 + 2 * place), random),
      ]);
      return {
        setting: name,
        corpus: "sample",
        seed: at + 1,
        overall: around(78 + gain(3), random),
        byLength: Object.fromEntries(byLength),
      };
    }),
  );
  const corpora = [{ name: "sample", paper: "GENIA", comparable: false }] as const;
  return { title: "Figure 5", variable: "regressor layers", settings, corpora, runs };
}

/** Table 6 on two corpora, with a row that was not run on the second corpus. */
export function fakeAblation(seeds = 3): SweepResults {
  const random = new Random(2);
  const settings = table6.map(({ setting }) => ({ name: setting }));
  const corpora = [
    { name: "sample", paper: "GENIA", comparable: false },
    { name: "CoNLL03", paper: "CoNLL03", comparable: true },
  ] as const;
  const runs = corpora.flatMap(({ name: corpus }) =>
    settings
      .filter((_, row) => corpus === "sample" || row < 6)
      .flatMap(({ name: setting }, row) =>
        Array.from({ length: seeds }, (_, at): SweepRun => {
          return { setting, corpus, seed: at + 1, overall: around(85 - row, random) };
        }),
      ),
  );
  const intervals = runs
    .filter(({ seed }) => seed === 1)
    .map(({ setting, corpus, overall }) => ({ setting, corpus, overall: interval(overall) }));
  return {
    title: "Table 6: ablation study",
    variable: "model",
    settings,
    corpora,
    runs,
    intervals,
    level: 0.95,
    paper: table6,
  };
}
