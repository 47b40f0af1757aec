import type { Corpus, Entity } from "../../corpus";
import { fixed } from "../analysis/format";
import type { TextRow } from "../analysis/rows";
import type { Analysis } from "../analysis/types";
import { cellsIn } from "../analysis/views";
import { isBundled } from "../corpora";
import { table8 } from "../paper";
import { plansNamed } from "../plans";
import type { Case } from "../run/cases";
import { paragraph, table } from "./blocks";
import type { Block, Section } from "./types";

/**
 * Table 8: for some sentences the way from a proposal to what was predicted. The words of a sentence are shown where its
 * corpus is bundled; no other corpus may be passed on in a report.
 */
export function cases(analysis: Analysis, corpora: readonly Corpus[]): Section[] {
  const [{ title }] = plansNamed(["table8"]);
  const distances: string[] = [];
  const blocks = cellsIn(analysis, "table8").flatMap(({ corpus, runs }): Block[] => {
    const run = runs.find((one) => one.cases.length);
    if (!run) return [];
    const words =
      isBundled(corpus) && corpora.find(({ name, hash }) => name === corpus.name && hash === run.corpus.hash);
    const text = words
      ? run.cases.map((one) => sentenceRow(one, words.splits[run.split][one.sentence].tokens))
      : [];
    distances.push(`${distanceText(rightOnes(run.cases))} in our run on ${corpus.name}`);
    const about = `${title}: our run of seed ${run.seed} on ${corpus.name}, sentences of ${run.split}`;
    return [
      ...(text.length ? [table("table8-sentences", `${about}, with their gold entities.`, text)] : []),
      table("table8", `${about}: predictions, and where their proposals stood.`, run.cases.flatMap(pathRows)),
    ];
  });
  if (!blocks.length) return [];
  const about =
    "Positions count tokens from 0, the end included; read a row from the right: a proposal as it was proposed (Eq. 9), after each regressor layer (Eq. 16), and the entity that the head took it for. Sentences are not picked by hand: of those of at most 40 tokens and 7 entities the first flat one and the first two nested ones with most entities. A missed entity has no proposal that was accepted for it.";
  const printed = table8.flatMap(({ predicted }, at) =>
    predicted.map(({ right, path: [near, far], ...span }) => ({
      sentence: String(at + 1),
      entity: tuple(span.start, span.end, span.type),
      verdict: right ? "right" : "wrong",
      "first location printed": place(near),
      "second location printed": place(far),
    })),
  );
  const caption = `${title} as the paper prints it, without its sentences. (37, 37, PRO) has a tick there but is no gold entity.`;
  const theirs = table8.flatMap(({ predicted }) => predicted.filter(({ right }) => right));
  // printed from the prediction back to the proposal
  distances.push(
    `${distanceText(theirs.map((one) => ({ ...one, path: [...one.path].reverse() })))} in the paper's table`,
  );
  const away = `How far the start and the end of a right prediction are from where they stood, in tokens: ${distances.join("; ")}.`;
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

/** "a [2 T cells 3]cell_type b": a mention between the positions of its first and last token. */
export function bracketed(tokens: readonly string[], entities: readonly Entity[]): string {
  const length = ({ start, end }: Entity): number => end - start;
  return tokens
    .map((token, at) => {
      const opened = entities.filter(({ start }) => start === at).sort((a, b) => length(b) - length(a));
      const closed = entities.filter(({ end }) => end - 1 === at).sort((a, b) => length(a) - length(b));
      return [...opened.map(() => `[${at} `), token, ...closed.map(({ type }) => ` ${at}]${type}`)].join("");
    })
    .join(" ");
}

/** End inclusive. */
interface Way {
  readonly start: number;
  readonly end: number;
  /** From the proposal to the last layer. */
  readonly path: readonly (readonly [number, number])[];
}

function rightOnes(found: readonly Case[]): Way[] {
  return found.flatMap(({ gold, predicted }) =>
    predicted
      .filter((entity) => gold.some(same(entity)))
      .map(({ start, end, path }) => ({ start, end: end - 1, path })),
  );
}

/** "0.48 as proposed, 0.41 at last (15 predictions)": of starts and ends together, the mean. */
function distanceText(ways: readonly Way[]): string {
  const mean = (at: 0 | -1): string => {
    const all = ways.map(({ start, end, path }) => {
      const [from, to] = path.at(at)!;
      return (Math.abs(from - start) + Math.abs(to - end)) / 2;
    });
    return fixed(all.reduce((sum, one) => sum + one, 0) / all.length);
  };
  return `${mean(0)} as proposed and ${mean(-1)} at last, the mean of ${ways.length},`;
}

function same(one: Entity): (other: Entity) => boolean {
  return (other) => one.start === other.start && one.end === other.end && one.type === other.type;
}

function pathRows({ sentence, gold, predicted }: Case): TextRow[] {
  const layers = predicted[0]?.path.length ?? 0;
  const stages = Array.from({ length: layers }, (_, at) =>
    at ? `after layer ${at}` : "as proposed",
  ).reverse();
  const row = (entity: Entity, verdict: string, path: readonly (readonly [number, number])[]): TextRow => ({
    sentence: String(sentence),
    entity: tuple(entity.start, entity.end - 1, entity.type),
    verdict,
    ...Object.fromEntries(
      stages.map((stage, at) => [stage, path.length ? place(path[layers - 1 - at]) : "–"]),
    ),
  });
  return [
    ...predicted.map((entity) => row(entity, gold.some(same(entity)) ? "right" : "wrong", entity.path)),
    ...gold.filter((entity) => !predicted.some(same(entity))).map((entity) => row(entity, "missed", [])),
  ];
}

function tuple(start: number, end: number, type: string): string {
  return `(${start}, ${end}, ${type})`;
}

function place([start, end]: readonly [number, number]): string {
  return `(${decimals(start)}, ${decimals(end)})`;
}

function decimals(value: number): string {
  return value.toFixed(2).replace("-", "−");
}
