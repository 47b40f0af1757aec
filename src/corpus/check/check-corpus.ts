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
 * Checks a corpus for faults and suspicious data. Finds all faulty sentences, not only the first, and excludes them from the
 * other checks. Holds only hashes of sentences, so a corpus may be large.
 * @param files by the name of their split; several are the parts of one
 * @throws CorpusError for a file that cannot be read at all
 */
export async function checkCorpus(
  files: Readonly<Record<string, string | readonly string[]>>,
  options: ReadOptions = {},
): Promise<CorpusCheck> {
  const check = new Checker(options);
  for (const [split, parts] of Object.entries(files)) {
    let sentences = 0;
    for (const file of [parts].flat()) sentences += await check.addFile(file, split, sentences);
  }
  return check.result();
}

class Checker {
  private readonly findings = new Findings();
  private readonly duplicates = new Duplicates();
  private readonly forms = new NormalForms();
  /** Types of the entities, by split. */
  private readonly types = new Map<string, Set<string>>();
  private readonly recognized: string[] = [];
  private sentences = 0;
  private entities = 0;
  private leftOut = 0;

  constructor(private readonly options: ReadOptions) {}

  /** @param first the number of the file's first sentence in its split. @returns the number of valid sentences of the file */
  async addFile(file: string, split: string, first: number): Promise<number> {
    const { findings } = this;
    const reading = new Reading((fault) => addFault(fault, findings));
    const types = this.types.get(split) ?? new Set();
    this.types.set(split, types);
    let count = 0;
    for await (const sentence of readSentences(file, this.options, reading)) {
      for (const { type } of sentence.entities) types.add(type);
      this.addSentence(sentence, split, first + count++);
    }
    if (count === 0) findings.add("fault", "files without a sentence", file);
    this.leftOut += reading.skippedSentences;
    this.recognized.push(...reading.facts.map((fact) => `${file}: ${fact}`));
    for (const remark of reading.remarks)
      findings.add("remark", remark.what, `${file}: ${remark.first}`, remark.count);
    return count;
  }

  private addSentence(sentence: Sentence, split: string, index: number): void {
    const { tokens, entities } = sentence;
    const where = `${split} ${index}`;
    this.sentences++;
    this.entities += entities.length;
    checkSpans(sentence, where, this.findings);
    if (tokens.length > longSentence)
      this.findings.add(
        "remark",
        `sentences of more than ${longSentence} tokens: are blank lines missing?`,
        `${where}: ${tokens.length} tokens`,
      );
    this.duplicates.add(sentence, split, where, this.findings);
    checkCharacters(sentence, where, this.findings);
    this.forms.add(sentence, where);
  }

  result(): CorpusCheck {
    this.forms.report(this.findings);
    checkTypes(this.types, this.findings);
    const { sentences, entities, leftOut, recognized, findings } = this;
    return { sentences, entities, leftOut, recognized, findings: findings.list() };
  }
}

/** Checks which files of a corpus folder are splits, without reading them. */
export function checkSplits({ folder, splits, skipped }: Discovery): Finding[] {
  const findings = new Findings();
  if (!splits.train)
    findings.add("fault", "train splits missing, without which nothing can be trained", folder);
  for (const { name, reason, namesSplit } of skipped)
    if (namesSplit) findings.add("remark", "skipped files with a split in their name", `${name}: ${reason}`);
  for (const { name, namesSplit } of skipped)
    if (!namesSplit) findings.add("remark", "skipped files without a split in their name", name);
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

/** A type that train lacks is never predicted. For the model, two spellings of a type are two types. */
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
