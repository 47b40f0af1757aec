import { InputError } from "../base/errors";
import type { Random } from "../engine/random";
import { documentsOf } from "./sentences";
import { type Sentence, type SplitName, splitNames } from "./types";

export interface PartitionOptions {
  /** Percentages of train, dev and test, which sum to 100. */
  readonly parts: readonly [number, number, number];
  /** The unit that is not divided. Default `document`. */
  readonly by?: "document" | "sentence";
  /** Shuffles the documents or sentences; without it, their order is kept, as the literature does with GENIA. */
  readonly random?: Random;
}

/**
 * Partitions a corpus into splits. Sizes are rounded to whole documents or sentences. Splits keep the corpus's order.
 * @throws InputError if the percentages do not sum to 100, or a split that should not be empty is
 */
export function partition(
  sentences: readonly Sentence[],
  { parts, by = "document", random }: PartitionOptions,
): Record<SplitName, Sentence[]> {
  const sum = parts.reduce((total, part) => total + part, 0);
  if (parts.some((part) => !(part >= 0)) || Math.abs(sum - 100) > 1e-9)
    throw new InputError(`parts: ${parts.join(",")} must be percentages of train, dev and test, 100 in all`);
  const units = by === "document" ? documentsOf(sentences) : sentences.map((sentence) => [sentence]);
  const order = random ? random.shuffled([...units.keys()]) : [...units.keys()];
  const ends = splitNames.map((_, index) =>
    Math.round((order.length * parts.slice(0, index + 1).reduce((total, part) => total + part, 0)) / 100),
  );
  const starts = [0, ...ends];
  const empty = splitNames.filter((_, index) => parts[index] > 0 && ends[index] === starts[index]);
  if (empty.length) throw emptyParts(empty, order.length, parts, by);
  const [train, dev, test] = splitNames.map((_, index) =>
    order
      .slice(starts[index], ends[index])
      .sort((a, b) => a - b)
      .flatMap((unit) => units[unit]),
  );
  return { train, dev, test };
}

function emptyParts(
  empty: readonly SplitName[],
  units: number,
  parts: PartitionOptions["parts"],
  by: "document" | "sentence",
): InputError {
  const count = `${units} ${by}${units === 1 ? "" : "s"}`;
  const wayOut =
    by === "document" ? "split by sentences (--by sentence) or choose other parts" : "choose other parts";
  return new InputError(
    `${empty.join(" and ")} would be empty: the corpus has ${count} to split into parts of ${parts.join(",")} percent; ${wayOut}`,
  );
}
