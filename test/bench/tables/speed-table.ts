import { alignedTable } from "../../../src/base/aligned-table";
import { figureFor, type Reference } from "../reference";
import type { Result, Run } from "../result";
import { inferenceBatch, type Kind, kinds } from "../runner";
import { type Summary, wantedCoverage } from "../statistics";
import { batchWords, interval, mebibytes, nameOf, number, percent } from "./numbers";

/** @param reference the speed of the authors' code on this machine */
export function speedText({ runs, settings }: Result, reference?: Reference): string {
  const { corpus, variant } = settings;
  const theirsOf = (run: Run, kind: Kind): number | undefined =>
    reference && variant === "released"
      ? figureFor(reference, { ...run, corpus: corpus.name }, kind)
      : undefined;
  const hasRatios = runs.some((run) => kinds.some((kind) => theirsOf(run, kind) !== undefined));
  const rows = runs.flatMap((run) =>
    kinds.flatMap((kind) => {
      const speed = run[kind];
      if (!speed) return [];
      const theirs = theirsOf(run, kind);
      const ratio =
        theirs === undefined
          ? ["", ""]
          : [String(theirs), `${number(speed.sentencesPerSecond.median / theirs)}×`];
      return [
        [
          nameOf(run),
          heading(kind, run),
          number(speed.sentencesPerSecond.median),
          interval(speed.sentencesPerSecond),
          number(speed.tokensPerSecond.median),
          run.memory ? mebibytes(isInference(kind) ? run.memory.inference : run.memory.training) : "",
          ...(hasRatios ? ratio : []),
        ],
      ];
    }),
  );
  const header = [
    ...["", "", "sentences/s", "95 % interval", "tokens/s", "peak memory"],
    ...(hasRatios ? ["authors' code", "ratio"] : []),
  ];
  const completeRuns = runs.filter(({ shuffled }) => shuffled);
  const [{ count, coverage }] = completeRuns.map((run) => run.shuffled?.sentencesPerSecond as Summary);
  const notes = [
    ...(coverage < wantedCoverage
      ? [`With ${count} repetitions, an interval covers only ${percent(coverage)}; six give 95 %.`]
      : []),
    ...(reference ? [referenceText(reference, variant, hasRatios)] : []),
  ];
  return [
    `Speed (variant ${variant}; ${corpus.name}, ${corpus.split}; median of ${count} passes)`,
    alignedTable([header, ...rows]),
    ...completeRuns.map(factsOf),
    ...notes,
  ].join("\n");
}

function isInference(kind: Kind): boolean {
  return kind === "single" || kind === "batched";
}

function heading(kind: Kind, { batch }: Run): string {
  switch (kind) {
    case "single":
      return "inference, one at a time";
    case "batched":
      return `inference, batched by ${inferenceBatch}`;
    default:
      return `training by ${batch}, ${batchWords[kind]}`;
  }
}

function factsOf(run: Run): string {
  const { shuffled, similarLength } = run.padding;
  const vocabulary =
    run.vocabulary &&
    `${run.vocabulary.pieces.toLocaleString("en")} WordPieces${
      run.vocabulary.source === "corpus"
        ? " built from the corpus (no ratio: a real vocabulary gives fewer pieces)"
        : ""
    }`;
  const facts = [
    `${run.parameters.toLocaleString("en")} parameters`,
    ...(vocabulary ? [vocabulary] : []),
    `${run.sentences} sentences of ${number(run.tokens / run.sentences)} tokens`,
    `${run.steps} steps`,
    `padding ${percent(shuffled)} shuffled, ${percent(similarLength)} of similar length`,
  ];
  return `${nameOf(run)}: ${run.detail}; ${facts.join(", ")}`;
}

function referenceText({ runtime, machine, gemm }: Reference, variant: string, hasRatios: boolean): string {
  const origin = `Authors' code: ${runtime}, on ${machine}; ${gemm} GFLOP/s at 1024³.`;
  if (variant !== "released") return `${origin} No ratio: the variant ${variant} computes another model.`;
  return hasRatios
    ? origin
    : `${origin} It has no figure for the same setting, corpus, batch and vocabulary.`;
}
