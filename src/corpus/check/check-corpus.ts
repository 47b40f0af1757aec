import { type CorpusError, show } from "../../base/errors";
import { visible } from "../../base/printable";
import type { Discovery } from "../formats/discover-splits";
import { Reading } from "../formats/reading";
import { type ReadOptions, readSentences } from "../formats/registry";
import { longSentence } from "../load";
import type { Entity, Sentence } from "../types";
import { Duplicates } from "./duplicates";
import { type Finding, Findings } from "./findings";
import { appearance, checkCharacters, NormalForms } from "./odd-characters";

export interface CorpusCheck {
  readonly sentences: number;
  readonly entities: number;
  /** Sentences with faults. The other counts exclude them. */
  readonly leftOut: number;
  /** What the readers recognized, as in "train.txt: tags are IOB2". */
  readonly recognized: readonly string[];
  readonly findings: readonly Finding[];
}

/**
 * Checks a corpus for faults and oddities. Finds all faulty sentences, not only the first, and excludes them from the other checks.
 * Holds only hashes of sentences, so a corpus may be large.
 * @param files by the name of their split; several are the parts of one
 * @throws CorpusError for a file that cannot be read at all
 */
export async function checkCorpus(
  files: Readonly<Record<string, string | readonly string[]>>,
  options: ReadOptions = {},
): Promise<CorpusCheck> {
  const findings = new Findings();
  const duplicates = new Duplicates();
  const forms = new NormalForms();
  const types = new Map<string, Set<string>>();
  const recognized: string[] = [];
  let sentences = 0;
  let entities = 0;
  let leftOut = 0;
  for (const [split, parts] of Object.entries(files)) {
    const typesInSplit = new Set<string>();
    let index = 0;
    for (const file of [parts].flat()) {
      const reading = new Reading((fault) => addFault(fault, findings));
      const firstIndex = index;
      for await (const sentence of readSentences(file, options, reading)) {
        const where = `${split} ${index++}`;
        sentences++;
        entities += sentence.entities.length;
        for (const { type } of sentence.entities) typesInSplit.add(type);
        checkSpans(sentence, where, findings);
        if (sentence.tokens.length > longSentence)
          findings.add(
            "remark",
            `sentences of more than ${longSentence} tokens: are blank lines missing?`,
            `${where}: ${sentence.tokens.length} tokens`,
          );
        duplicates.add(sentence, split, where, findings);
        checkCharacters(sentence, where, findings);
        forms.add(sentence, where);
      }
      leftOut += reading.skippedSentences;
      if (index === firstIndex) findings.add("fault", "files without a sentence", file);
      recognized.push(...reading.facts.map((fact) => `${file}: ${fact}`));
      for (const { what, count, first } of reading.remarks)
        findings.add("remark", what, `${file}: ${first}`, count);
    }
    types.set(split, typesInSplit);
  }
  forms.report(findings);
  checkTypes(types, findings);
  return { sentences, entities, leftOut, recognized, findings: findings.list() };
}

/** Checks which files of a corpus folder are splits, without reading them. */
export function checkSplits({ folder, splits, skipped }: Discovery): Finding[] {
  const findings = new Findings();
  if (!splits.train)
    findings.add("fault", "train splits missing, without which nothing can be trained", folder);
  for (const { name, reason, namesSplit } of skipped)
    if (namesSplit) findings.add("remark", "skipped files that name a split", `${name}: ${reason}`);
  for (const { name, namesSplit } of skipped)
    if (!namesSplit) findings.add("remark", "skipped files that name no split", name);
  return findings.list();
}

/** Combines faults that differ only in quoted values and numbers. */
function addFault({ location, problem }: CorpusError, findings: Findings): void {
  const kind = problem.split(/[:;] /)[0].replace(/"(?:[^"\\]|\\.)*"|-?\d+/g, "…");
  const field = location.field?.replace(/\d+/g, "…");
  const where = location.line === undefined ? `sentence ${location.sentence}` : `line ${location.line}`;
  findings.add(
    "fault",
    field === undefined ? kind : `${field} ${kind}`,
    `${location.file}: ${where}: ${problem}`,
  );
}

/** Finds entities that cross an earlier one or have its span. */
function checkSpans({ tokens, entities }: Sentence, where: string, findings: Findings): void {
  const sorted = [...entities].sort((a, b) => a.start - b.start || b.end - a.end);
  const quote = ({ start, end, type }: Entity): string =>
    `${type} ${show(tokens.slice(start, end).join(" "))}`;
  let open: Entity[] = [];
  for (const [index, entity] of sorted.entries()) {
    open = open.filter(({ end }) => end > entity.start);
    const crossed = open.find(({ start, end }) => start < entity.start && end < entity.end);
    if (crossed)
      findings.add("remark", "entities that cross another", `${where}: ${quote(crossed)} × ${quote(entity)}`);
    const before = sorted[index - 1];
    if (before?.start === entity.start && before.end === entity.end)
      findings.add("remark", "spans with several types", `${where}: ${quote(before)} and ${entity.type}`);
    open.push(entity);
  }
}

/** A type that train lacks is never predicted. Two spellings of a type are two types to the model. */
function checkTypes(types: ReadonlyMap<string, ReadonlySet<string>>, findings: Findings): void {
  const trained = types.get("train");
  const spellings = new Map<string, string>();
  for (const [split, inSplit] of types)
    for (const type of inSplit) {
      if (trained && !trained.has(type))
        findings.add("remark", "types that train lacks", `${split}: ${type}`);
      const key = appearance(type).toLowerCase();
      const spelling = spellings.get(key);
      if (spelling !== undefined && spelling !== type) {
        const areSame = appearance(spelling) === appearance(type);
        findings.add(
          "fault",
          areSame ? "types that look the same" : "types that differ only in capitals",
          `${visible(spelling)} and ${visible(type)}`,
        );
      }
      spellings.set(key, spelling ?? type);
    }
}
