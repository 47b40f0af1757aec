import type { KernelLink, Question } from "./kernel-link";
import { spanText } from "./text";
import type { WidgetInstance } from "./widget";

/** Makes a widget for a text that the reader typed. @param state what the widget shows on the page */
type MakeWidget<Packed, State extends object, Data> = (
  text: string,
  state: State,
) => Promise<WidgetInstance<Packed, State, Data>>;

/** The sentence that a widget shows first, and what makes the widget for another one. */
export interface Editing<Packed, State extends object, Data> {
  readonly tokens: readonly string[];
  readonly make: MakeWidget<Packed, State, Data>;
}

/** How a widget on a page asks the kernel for another sentence. */
export interface AnotherSentence {
  readonly question: SentenceQuestion;
  /** The sentence that the widget shows first, for the reader to edit. */
  readonly text: string;
}

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
  { tokens, make }: Editing<Packed, State, Data>,
): AnotherSentence | undefined {
  if (!kernel.address) return undefined;
  const question: SentenceQuestion = `another ${name}`;
  kernel.answer(question, async ({ text, state: shown }) => {
    if (!String(text).trim()) throw new Error("type at least one word");
    const { packed, state } = await make(String(text), shown as State);
    return { packed, state };
  });
  return { question, text: textOf(tokens) };
}

/** The words of a sentence as a text. */
export function textOf(tokens: readonly string[]): string {
  return spanText(tokens, { start: 0, end: tokens.length });
}
