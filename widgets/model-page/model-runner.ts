import type { Predictor, TextEntity, Trace } from "../../src/browser";
import { interventionOf, type ModelSize, type PageState } from "./page-state";

type TextSentence = ReturnType<ReturnType<Predictor["textReader"]>["read"]>[number];

/** A sentence of the text with its entities. */
export interface ReadSentence {
  readonly sentence: TextSentence;
  readonly entities: readonly Pick<TextEntity, "start" | "end" | "type" | "probability">[];
}

/** What the model computes for a state. */
export interface ModelResult {
  readonly sentences: readonly ReadSentence[];
  /** Index of the sentence that is shown in detail. */
  readonly chosen: number;
  readonly trace: Trace;
  /** The chosen sentence as the model was trained; undefined if nothing is changed in the model. */
  readonly asTrained: { readonly trace: Trace; readonly entities: ReadSentence["entities"] } | undefined;
  /** The trace of the original sentence, as the model was trained. */
  readonly original: Trace | undefined;
}

/** Computes what the page shows, and remembers the trace of the original sentence. */
export class ModelRunner {
  readonly size: ModelSize;
  private original: { readonly text: string; readonly sentence: number; readonly trace: Trace } | undefined;

  constructor(private readonly predictor: Predictor) {
    const { layers, heads } = predictor.description.model;
    this.size = { layers, heads };
  }

  /** @throws RangeError for a text without words, and InputError for a sentence that does not fit into memory */
  async run(state: PageState): Promise<ModelResult> {
    const { predictor, size } = this;
    const sentences = this.read(state.text);
    const threshold = state.threshold ?? undefined;
    const intervention = interventionOf(state, size);
    const predicted = await predictor.predict(sentences, { ...intervention, threshold });
    const chosen = Math.min(state.sentence, sentences.length - 1);
    const sentence = sentences[chosen];
    const trace = await predictor.trace(sentence, intervention);
    return {
      sentences: sentences.map((one, index) => ({ sentence: one, entities: predicted[index] })),
      chosen,
      trace,
      asTrained: intervention && {
        trace: await predictor.trace(sentence),
        entities: (await predictor.predict([sentence], { threshold }))[0],
      },
      original: await this.originalTrace(state, chosen),
    };
  }

  private read(text: string): TextSentence[] {
    const sentences = this.predictor.textReader().read(text);
    if (!sentences.length) throw new RangeError("Type at least one word.");
    return sentences;
  }

  /** The sentence at the same place in the original text; undefined if that text is the same or has no such sentence. */
  private async originalTrace({ text, original }: PageState, index: number): Promise<Trace | undefined> {
    if (original === text) return undefined;
    if (this.original?.text !== original || this.original.sentence !== index) {
      const sentence = this.predictor.textReader().read(original).at(index);
      if (!sentence) return undefined;
      this.original = { text: original, sentence: index, trace: await this.predictor.trace(sentence) };
    }
    return this.original.trace;
  }
}
