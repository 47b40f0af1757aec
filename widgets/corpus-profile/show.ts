import type { CorpusProfile } from "../../src/corpus/profile";
import type { PaperCorpus, PaperStatistics } from "../../src/experiments/paper";
import { display } from "../shared/show";
import type { Shown } from "../shared/widget";
import { type PackedProfile, present, type State } from "./data";
import { corpusProfileWidget } from "./widget";

export interface CorpusProfileOptions {
  /** The values of the paper's Table 1, `paper.table1`; those of the corpus stand beside. */
  readonly paper?: PaperStatistics;
  /** Which of the paper's corpora this is. Default: the one of the same name, if any. */
  readonly corpus?: PaperCorpus;
  /** Split whose types are shown first. Default: the first that is there. */
  readonly split?: State["split"];
  /** Types one inside the other, or in one sentence. Default "nesting". */
  readonly matrix?: State["matrix"];
}

/**
 * The figures of a corpus: the paper's Table 1, lengths, nesting and types.
 * @param profile what `corpusProfile` counted
 * @throws RangeError for a corpus without sentences, a split that it does not have, or a corpus that the paper has not
 */
export function corpusProfile(
  profile: CorpusProfile,
  options: CorpusProfileOptions = {},
): Shown<PackedProfile, State> {
  const { paper, matrix = "nesting" } = options;
  const names = Object.keys(paper ?? {}) as PaperCorpus[];
  const corpus = options.corpus ?? names.find((name) => name.toLowerCase() === profile.name.toLowerCase());
  if (options.corpus && !names.includes(options.corpus)) {
    throw new RangeError(
      `corpus: "${options.corpus}" is not among the paper's: ${names.join(", ") || "none were given"}`,
    );
  }
  const packed: PackedProfile = {
    profile,
    ...(paper && corpus ? { paper: { name: corpus, splits: paper[corpus] } } : {}),
  };
  const splits = present(packed).map(([name]) => name);
  if (!splits.length) throw new RangeError(`the corpus ${profile.name} has no sentences to show`);
  const { split = splits[0] } = options;
  if (!splits.includes(split))
    throw new RangeError(`split: "${split}" is not there; there are ${splits.join(", ")}`);
  return { widget: corpusProfileWidget, packed, state: { split, matrix, heights: "shares" } };
}

/** Shows {@link corpusProfile} in the running cell; outside a notebook, prints it. */
export async function showCorpusProfile(
  profile: CorpusProfile,
  options?: CorpusProfileOptions,
): Promise<void> {
  await display(corpusProfile(profile, options));
}
