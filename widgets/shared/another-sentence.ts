import type { EngineParts, ModelParts } from "../../src/detector/page-parts";
import type { KernelLink, Question } from "./kernel-link";
import { spanText } from "./text";
import type { MakeWidget, Tracer } from "./widget";

/** A model that outputs can contain: an `EntityDetector`. */
export interface EmbeddableModel extends Tracer {
  pageParts(): { readonly engine: EngineParts; readonly model: ModelParts };
}

/** The options that let the reader of a widget edit its sentence. */
export interface Editing<Packed, State extends object, Data> {
  /** The sentence that the widget shows first. */
  readonly tokens: readonly string[];
  /** In the kernel. */
  readonly make: MakeWidget<Packed, State, Data>;
  /** For pages without a kernel. */
  readonly model?: EmbeddableModel;
}

/** How a widget on a page gets the widget of another sentence. */
export interface AnotherSentence {
  /** The sentence that the widget shows first, for the reader to edit. */
  readonly text: string;
  /** Absent if no page can reach the kernel. */
  readonly question?: SentenceQuestion;
  /** Absent if the page does not contain the model. */
  readonly model?: EmbeddedModel;
}

/** Names of the global variables that hold an engine and a model in a page, as {@link PackedParts}. */
export interface EmbeddedModel {
  readonly engine: string;
  readonly model: string;
}

/** Texts of compressed bytes, by name of the part. */
export type PackedParts = Readonly<Record<string, string>>;

/** The data and state of a widget for another sentence. */
export interface WidgetContent {
  readonly packed: unknown;
  readonly state: object;
}

type SentenceQuestion = Question<{ readonly text: string; readonly state: object }, WidgetContent>;

/**
 * Lets the kernel answer a widget's requests while it runs.
 * @returns undefined if no page can reach the kernel
 */
export function answerSentences<Packed, State extends object, Data>(
  kernel: KernelLink,
  name: string,
  make: MakeWidget<Packed, State, Data>,
): SentenceQuestion | undefined {
  if (!kernel.address) return undefined;
  const question: SentenceQuestion = `another ${name}`;
  kernel.answer(question, ({ text, state }) => contentFor(String(text), state, make));
  return question;
}

/** @throws Error for a text without words, and what `make` throws */
export async function contentFor<Packed, State extends object, Data>(
  text: string,
  currentState: object,
  make: MakeWidget<Packed, State, Data>,
): Promise<WidgetContent> {
  if (!text.trim()) throw new Error("type at least one word");
  const { packed, state } = await make(text, currentState as State);
  return { packed, state };
}

/** The words of a sentence as a text. */
export function textOf(tokens: readonly string[]): string {
  return spanText(tokens, { start: 0, end: tokens.length });
}
