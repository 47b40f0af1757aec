import { mean } from "../../base/sum";
import type { Corpus, Entity } from "../../corpus";
import { sameEntity } from "../../evaluation/trace-tables";
import type { Analysis } from "../analysis/analyze";
import { fixed, nothing } from "../analysis/format";
import type { TextRow } from "../analysis/table-rows";
import { runCells } from "../analysis/views";
import { isBundled } from "../corpora";
import { table8 } from "../paper";
import { planNamed } from "../plans";
import type { Case } from "../run/cases";
import { type Block, paragraph, type Section, table } from "./report-types";

/**
 * Table 8: the trajectories of the predicted entities of some sentences. The words of a sentence are printed only if its corpus is
 * bundled, because other corpora may not be published.
 */
export function caseStudy(analysis: Analysis, corpora: readonly Corpus[]): Section[] {
  const { title } = planNamed("table8");
  const distances: string[] = [];
  const blocks = runCells(analysis, "table8").flatMap(({ corpus, runs }): Block[] => {
    const run = runs.find((one) => one.cases.length);
    if (!run) return [];
    const loaded =
      isBundled(corpus) && corpora.find(({ name, hash }) => name === corpus.name && hash === run.corpus.hash);
    const sentences = loaded
      ? run.cases.map((one) => sentenceRow(one, loaded.splits[run.split][one.sentence].tokens))
      : [];
    distances.push(`${distanceText(correctTrajectories(run.cases))} in our run on ${corpus.name}`);
    const about = `${title}: our run of seed ${run.seed} on ${corpus.name}, sentences of ${run.split}`;
    return [
      ...(sentences.length
        ? [table("table8-sentences", `${about}, with their gold entities.`, sentences)]
        : []),
      table("table8", `${about}: predictions and their proposals' locations.`, run.cases.flatMap(pathRows)),
    ];
  });
  if (!blocks.length) return [];
  const about =
    "Positions count tokens from 0, both ends inclusive. Read a row from the right: a proposal as proposed (Eq. 9), after each regressor layer (Eq. 16), and the entity that the head predicts from it. A rule chooses the sentences: of those with at most 40 tokens and 7 entities, the first flat one and the first two nested ones with the most entities. No accepted proposal predicts a missed entity.";
  const printed = table8.flatMap(({ predicted }, at) =>
    predicted.map(({ right, path: [near, far], ...span }) => ({
      sentence: String(at + 1),
      entity: tuple(span.start, span.end, span.type),
      verdict: right ? "right" : "wrong",
      "first location printed": locationText(near),
      "second location printed": locationText(far),
    })),
  );
  const caption = `${title} as the paper prints it, without its sentences. (37, 37, PRO) has a tick there but is not a gold entity.`;
  const paperCorrect = table8.flatMap(({ predicted }) => predicted.filter(({ right }) => right));
  // The paper prints trajectories from their end.
  distances.push(
    `${distanceText(paperCorrect.map((one) => ({ ...one, path: [...one.path].reverse() })))} in the paper's table`,
  );
  const away = `Distance of the start and the end of a correct prediction from its proposal's location, in tokens: ${distances.join("; ")}.`;
  return [
    {
      title,
      blocks: [paragraph(about), paragraph(away), ...blocks, table("table8-paper", caption, printed)],
    },
  ];
}

function sentenceRow({ sentence, gold }: Case, tokens: readonly string[]): TextRow {
  return { sentence: String(sentence), "words, gold entities in brackets": bracketed(tokens, gold) };
}

/** "a [2 T cells 3]cell_type b": a mention between the positions of its first and last token. @internal */
export function bracketed(tokens: readonly string[], entities: readonly Entity[]): string {
  const length = ({ start, end }: Entity): number => end - start;
  return tokens
    .map((token, position) => {
      const opening = entities.filter(({ start }) => start === position).map(() => `[${position} `);
      const closing = entities
        .filter(({ end }) => end - 1 === position)
        .sort((a, b) => length(a) - length(b))
        .map(({ type }) => ` ${position}]${type}`);
      return [...opening, token, ...closing].join("");
    })
    .join(" ");
}

/** An entity, both ends inclusive, and the trajectory of its proposal. */
interface Trajectory {
  readonly start: number;
  readonly end: number;
  /** Locations from the proposer to the last layer. */
  readonly path: readonly (readonly [number, number])[];
}

function correctTrajectories(cases: readonly Case[]): Trajectory[] {
  return cases.flatMap(({ gold, predicted }) =>
    predicted
      .filter((entity) => gold.some(sameEntity(entity)))
      .map(({ start, end, path }) => ({ start, end: end - 1, path })),
  );
}

/** "0.48 as proposed and 0.41 at last, the mean of 15,": mean over starts and ends. */
function distanceText(trajectories: readonly Trajectory[]): string {
  const meanDistance = (state: 0 | -1): string => {
    const distances = trajectories.map(({ start, end, path }) => {
      const [from, to] = path.at(state)!;
      return (Math.abs(from - start) + Math.abs(to - end)) / 2;
    });
    return fixed(mean(distances));
  };
  return `${meanDistance(0)} as proposed and ${meanDistance(-1)} at last, the mean of ${trajectories.length},`;
}

function pathRows({ sentence, gold, predicted }: Case): TextRow[] {
  const states = predicted[0]?.path.length ?? 0;
  const columns = Array.from({ length: states }, (_, state) =>
    state ? `after layer ${state}` : "as proposed",
  ).reverse();
  const row = (entity: Entity, verdict: string, path: readonly (readonly [number, number])[]): TextRow => ({
    sentence: String(sentence),
    entity: tuple(entity.start, entity.end - 1, entity.type),
    verdict,
    ...Object.fromEntries(
      columns.map((column, index) => [
        column,
        path.length ? locationText(path[states - 1 - index]) : nothing,
      ]),
    ),
  });
  return [
    ...predicted.map((entity) => row(entity, gold.some(sameEntity(entity)) ? "right" : "wrong", entity.path)),
    ...gold
      .filter((entity) => !predicted.some(sameEntity(entity)))
      .map((entity) => row(entity, "missed", [])),
  ];
}

function tuple(start: number, end: number, type: string): string {
  return `(${start}, ${end}, ${type})`;
}

function locationText([start, end]: readonly [number, number]): string {
  return `(${fixed(start)}, ${fixed(end)})`;
}
