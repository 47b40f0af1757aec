import type { CorpusError } from "../../base/errors";
import { visible } from "../../base/printable";
import { readSentences } from "../formats/read";
import { Reading } from "../formats/reading";
import type { ReadOptions } from "../formats/registry";
import { longSentence } from "../load";
import { appearance, checkCharacters, NormalForms } from "./characters";
import { Duplicates } from "./duplicates";
import { type Finding, Findings } from "./finding";
import { checkSpans } from "./spans";

/** What a check saw. */
export interface Checked {
  readonly sentences: number;
  readonly entities: number;
  /** Sentences that are at fault, and not among these. */
  readonly leftOut: number;
  /** What the readers recognised, as in "train.txt: tags are IOB2". */
  readonly recognised: readonly string[];
  readonly findings: readonly Finding[];
}

/**
 * Looks through a corpus for what is wrong or odd. Sentences at fault are found all, not only the first, and left out of the
 * rest. Of the sentences only hashes of their text are kept, so that a corpus may be large.
 * @param files by their splits' names; several are the parts of one
 * @throws CorpusError for a file that cannot be read at all
 */
export async function checkCorpus(
  files: Readonly<Record<string, string | readonly string[]>>,
  options: ReadOptions = {},
): Promise<Checked> {
  const findings = new Findings();
  const duplicates = new Duplicates();
  const forms = new NormalForms();
  const types = new Map<string, Set<string>>();
  const recognised: string[] = [];
  let sentences = 0;
  let entities = 0;
  let leftOut = 0;
  for (const [split, parts] of Object.entries(files)) {
    const own = new Set<string>();
    let at = 0;
    for (const file of [parts].flat()) {
      const reading = new Reading((fault) => addFault(fault, findings));
      const first = at;
      for await (const sentence of readSentences(file, options, reading)) {
        const place = `${split} ${at++}`;
        sentences++;
        entities += sentence.entities.length;
        for (const { type } of sentence.entities) own.add(type);
        checkSpans(sentence, place, findings);
        if (sentence.tokens.length > longSentence)
          findings.add(
            "remark",
            `sentences of more than ${longSentence} tokens: are blank lines missing?`,
            `${place}: ${sentence.tokens.length} tokens`,
          );
        duplicates.add(sentence, split, place, findings);
        checkCharacters(sentence, place, findings);
        forms.add(sentence, place);
      }
      leftOut += reading.lostSentences;
      if (at === first) findings.add("fault", "files without a sentence", file);
      recognised.push(...reading.recognised.map((fact) => `${file}: ${fact}`));
      for (const { what, count, first: place } of reading.remarks)
        findings.add("remark", what, `${file}: ${place}`, count);
    }
    types.set(split, own);
  }
  forms.report(findings);
  checkTypes(types, findings);
  return { sentences, entities, leftOut, recognised, findings: findings.list() };
}

/** Faults of one kind are one finding: quoted values and numbers do not tell kinds apart. */
function addFault({ place, problem }: CorpusError, findings: Findings): void {
  const kind = problem.split(/[:;] /)[0].replace(/"(?:[^"\\]|\\.)*"|-?\d+/g, "…");
  const field = place.field?.replace(/\d+/g, "…");
  const where = place.line === undefined ? `sentence ${place.sentence}` : `line ${place.line}`;
  findings.add(
    "fault",
    field === undefined ? kind : `${field} ${kind}`,
    `${place.file}: ${where}: ${problem}`,
  );
}

/** What is never trained cannot be found; what is spelled in two ways is two types to the model. */
function checkTypes(types: ReadonlyMap<string, ReadonlySet<string>>, findings: Findings): void {
  const trained = types.get("train");
  const spellings = new Map<string, string>();
  const alike = (one: string, other: string): string =>
    appearance(one) === appearance(other)
      ? "types that look the same"
      : "types that differ in capitals alone";
  for (const [split, all] of types)
    for (const type of all) {
      if (trained && !trained.has(type))
        findings.add("remark", "types that train lacks", `${split}: ${type}`);
      const key = appearance(type).toLowerCase();
      const known = spellings.get(key);
      if (known !== undefined && known !== type)
        findings.add("fault", alike(known, type), `${visible(known)} and ${visible(type)}`);
      spellings.set(key, known ?? type);
    }
}
