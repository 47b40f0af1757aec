import { type Config, parseConfig, presets } from "../training";

export type ScaleName = "smoke" | "sample" | "scratch" | "paper";

/** How large the same experiments are run. */
export interface Scale {
  readonly name: ScaleName;
  /** One line for people. */
  readonly about: string;
  /** What every run starts from; corpus, setting and seed change it. */
  readonly config: Config;
  /** Names of the corpora that it runs on unless others are asked for. */
  readonly corpora: readonly string[];
}

const paperCorpora = ["genia", "conll03", "weiboner"];

/** §4.5.2 to 4.5.4: five epochs, 8 heads, 3 layers; the main model's epochs are not said. */
const described = { model: { kernels: [2, 2], heads: 8, layers: 3 }, training: { epochs: 5 } };

export const scales: readonly Scale[] = [
  {
    name: "smoke",
    about: "a tiny model on 48 sentences of the bundled corpus: only whether everything runs",
    corpora: ["sample"],
    config: parseConfig(
      {
        model: { embedding: { characters: 4, words: 8, pos: 4 }, hidden: 16, heads: 8, feedForward: 32 },
        training: { epochs: 1, batchSize: 16, limitTrain: 48, limitDev: 16 },
      },
      "the scale smoke",
      presets.small,
    ),
  },
  {
    name: "sample",
    about: "a small model on 500 sentences of the bundled corpus: half a minute a run, compares settings",
    corpora: ["sample"],
    // on all 1500 sentences every setting comes to 88 F1, within a point of each other; on 500 to between 73 and 79
    config: parseConfig(
      { ...described, training: { ...described.training, batchSize: 8, limitTrain: 500 } },
      "the scale sample",
      presets.small,
    ),
  },
  {
    name: "scratch",
    about: "the real corpora without BERT or pre-trained vectors: an hour or so a run on a processor",
    corpora: paperCorpora,
    config: parseConfig(
      { ...described, training: { ...described.training, maxLength: 128 } },
      "the scale scratch",
      presets.s0,
    ),
  },
  {
    name: "paper",
    about: "the real corpora with the paper's encoders and its settings for each: a GPU",
    corpora: paperCorpora,
    // each corpus has a preset of its own
    config: presets.genia,
  },
];
