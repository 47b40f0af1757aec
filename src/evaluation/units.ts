/** With fewer documents, their spread is not known well enough, and sentences are the units. */
const fewestDocuments = 20;

/** The units of a test set: documents if they are known, else sentences. */
export interface TestUnits {
  readonly name: "documents" | "sentences";
  readonly units: number;
  readonly unitOf: (sentence: number) => number;
}

/** @param documents of each sentence, if known */
export function unitsOf({
  documents,
  sentences,
}: {
  readonly documents?: Iterable<number> & ArrayLike<number>;
  readonly sentences: number;
}): TestUnits {
  const indices = new Map([...new Set(documents ?? [])].map((document, index) => [document, index]));
  if (!documents || indices.size < fewestDocuments)
    return { name: "sentences", units: sentences, unitOf: (sentence) => sentence };
  return { name: "documents", units: indices.size, unitOf: (sentence) => indices.get(documents[sentence])! };
}

/** Sums rows of counts, one row per sentence, over the sentences of each unit. */
export function sumByUnit(rows: readonly ArrayLike<number>[], { units, unitOf }: TestUnits): Float64Array[] {
  const sums = Array.from({ length: units }, () => new Float64Array(rows[0]?.length ?? 0));
  for (const [sentence, row] of rows.entries()) {
    const sum = sums[unitOf(sentence)];
    for (let column = 0; column < sum.length; column++) sum[column] += row[column];
  }
  return sums;
}

/** The document of each sentence; undefined if that of one is unknown. */
export function documentsIn(
  sentences: readonly { readonly document?: number }[],
): readonly number[] | undefined {
  const documents = sentences.flatMap(({ document }) => document ?? []);
  return documents.length === sentences.length ? documents : undefined;
}
