import { InputError } from "../base/errors";
import type { Random } from "../engine/random";
import { documentsOf } from "./documents";
import { type Sentence, type SplitName, splitNames } from "./types";

export interface PartitionOptions {
  /** Percent of train, dev and test; 100 in all. */
  readonly parts: readonly [number, number, number];
  /** What is kept together. Default `document`. */
  readonly by?: "document" | "sentence";
  /** Shuffles what is kept together; without it the corpus is cut in its own order, as the literature does with GENIA. */
  readonly random?: Random;
}

/**
 * Cuts a corpus into splits. Sizes are rounded to whole documents (or sentences), of which each lies in one split; in a split
 * they keep the corpus's order.
 * @throws InputError when the parts are not percentages that add up to 100, or one that should hold sentences comes out empty
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
  const bounds = splitNames.map((_, at) =>
    Math.round((order.length * parts.slice(0, at + 1).reduce((total, part) => total + part, 0)) / 100),
  );
  const empty = splitNames.filter((_, at) => parts[at] > 0 && bounds[at] === (at === 0 ? 0 : bounds[at - 1]));
  if (empty.length) throw emptyParts(empty, order.length, parts, by);
  const [train, dev, test] = splitNames.map((_, at) =>
    order
      .slice(at === 0 ? 0 : bounds[at - 1], bounds[at])
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
    by === "document" ? "cut by sentences (--by sentence) or choose other parts" : "choose other parts";
  return new InputError(
    `${empty.join(" and ")} would be empty: the corpus has ${count} to cut into parts of ${parts.join(",")} percent; ${wayOut}`,
  );
}
