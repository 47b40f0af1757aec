import { alignedTable } from "../../../src/cli/table";
import { elsewhere, figuresFor, type Reference } from "../reference";
import type { Result } from "../result";
import { kinds } from "../runner";
import { type Summary, wantedCoverage } from "../statistics";
import { interval, mebibytes, nameOf, number, percent } from "./numbers";

const headings = { training: "training", single: "inference, one at a time", batched: "inference, batched" };

/** @param reference PyTorch's figures of this very machine */
export function speedText({ runs, settings }: Result, reference?: Reference): string {
  const { corpus, variant } = settings;
  const compared = reference ?? elsewhere;
  const found = runs.map((run) => figuresFor(compared, { ...run, corpus: corpus.name }));
  const withReference = variant === "released" && found.some((figures) => figures);
  const rows = runs.flatMap((run, place) =>
    kinds.flatMap((kind) => {
      const speed = run[kind];
      if (!speed) return [];
      const theirs = found[place]?.[kind];
      const ratio = theirs === undefined ? "" : `${number(speed.sentencesPerSecond.median / theirs)}×`;
      return [
        [
          nameOf(run),
          headings[kind] + (kind === "single" ? "" : ` by ${run.batch}`),
          number(speed.sentencesPerSecond.median),
          interval(speed.sentencesPerSecond),
          number(speed.tokensPerSecond.median),
          run.memory ? mebibytes(kind === "training" ? run.memory.training : run.memory.inference) : "",
          ...(withReference
            ? [theirs === undefined ? "" : String(theirs), ...(reference ? [ratio] : [])]
            : []),
        ],
      ];
    }),
  );
  const theirs = reference ? ["PyTorch, this machine", "ratio"] : ["reference, other machine"];
  const header = [
    "",
    "",
    "sentences/s",
    "95 % interval",
    "tokens/s",
    "peak memory",
    ...(withReference ? theirs : []),
  ];
  const sizes = runs.filter(({ training }) => training);
  const facts = sizes.map(
    (run) =>
      `${nameOf(run)}: ${run.detail}; ${run.parameters.toLocaleString("en")} parameters, ${run.sentences} sentences of ` +
      `${number(run.tokens / run.sentences)} tokens, ${run.steps} steps, ${percent(run.padding)} padding`,
  );
  const coverages = sizes.map((run) => run.training?.sentencesPerSecond as Summary);
  const doubtful = coverages.some(({ coverage }) => coverage < wantedCoverage)
    ? `With ${coverages[0].count} repetitions an interval is worth only ${percent(coverages[0].coverage)}; six make 95 %.`
    : undefined;
  const origin = withReference
    ? `${reference ? "PyTorch" : "Reference"}: the authors' code on ${compared.runtime}; ${compared.gemm} GFLOP/s at 1024³; its batched inference takes ${found.find((one) => one)?.inferenceBatch} sentences at a time.${reference ? "" : " Not measured here: no ratio."}`
    : undefined;
  return [
    `Speed (${variant}; ${corpus.name}, ${corpus.split}; median of ${coverages[0].count} passes)`,
    alignedTable([header, ...rows]),
    ...facts,
    ...[doubtful, origin].filter((line) => line !== undefined),
  ].join("\n");
}
