import type { Predictor, TextEntity, TextSentence, Trace } from "../../src/browser";
import type { PageExample } from "./page-parts";
import { interventionOf, type ModelSize, type PageState } from "./page-state";

/** A sentence of the text with its entities. */
export interface ReadSentence {
  readonly sentence: TextSentence;
  readonly entities: readonly Pick<TextEntity, "start" | "end" | "type" | "probability">[];
}

/** The entities that the model predicts in a state. */
export interface ModelResult {
  readonly sentences: readonly ReadSentence[];
  /** Index of the sentence that is shown in detail. */
  readonly chosen: number;
  /** The entities of the chosen sentence as the model was trained; undefined if nothing is changed in the model. */
  readonly asTrained: ReadSentence["entities"] | undefined;
  /** Computes the rest. */
  traces(): Promise<ModelTraces>;
}

/** The traces of the chosen sentence. */
export interface ModelTraces {
  readonly trace: Trace;
  /** As the model was trained; undefined if nothing is changed in the model. */
  readonly asTrained: Trace | undefined;
  /** The trace of the original sentence, as the model was trained. */
  readonly original: Trace | undefined;
}

/** Computes what the page shows, and remembers the trace of the original sentence. */
export class ModelRunner {
  readonly size: ModelSize;
  private original: { readonly text: string; readonly sentence: number; readonly trace: Trace } | undefined;

  /** @param english loads the packages that split English texts */
  constructor(
    private readonly predictor: Predictor,
    private readonly examples: readonly PageExample[],
    private readonly english: () => Promise<void>,
  ) {
    const { layers, heads } = predictor.description.model;
    this.size = { layers, heads };
  }

  /** @throws RangeError for a text without words, and InputError for a sentence that does not fit into memory */
  async run(state: PageState): Promise<ModelResult> {
    const { predictor, size } = this;
    const sentences = await this.read(state.text);
    if (!sentences.length) throw new RangeError("Type at least one word.");
    const threshold = state.threshold ?? undefined;
    const intervention = interventionOf(state, size);
    const predicted = await predictor.predict(sentences, { ...intervention, threshold });
    const sentenceIndex = Math.min(state.sentence, sentences.length - 1);
    const sentence = sentences[sentenceIndex];
    return {
      sentences: sentences.map((one, index) => ({ sentence: one, entities: predicted[index] })),
      chosen: sentenceIndex,
      asTrained: intervention && (await predictor.predict([sentence], { threshold }))[0],
      traces: async () => ({
        trace: await predictor.trace(sentence, intervention),
        asTrained: intervention && (await predictor.trace(sentence)),
        original: await this.originalTrace(state, sentenceIndex),
      }),
    };
  }

  private async read(text: string): Promise<readonly TextSentence[]> {
    const example = this.examples.find((one) => one.text === text);
    if (example) return example.sentences;
    await this.english();
    return this.predictor.textReader().read(text);
  }

  /** The sentence at the same place in the original text; undefined if that text is the same or has no such sentence. */
  private async originalTrace({ text, original }: PageState, index: number): Promise<Trace | undefined> {
    if (original === text) return undefined;
    if (this.original?.text !== original || this.original.sentence !== index) {
      const sentence = (await this.read(original)).at(index);
      if (!sentence) return undefined;
      this.original = { text: original, sentence: index, trace: await this.predictor.trace(sentence) };
    }
    return this.original.trace;
  }
}
