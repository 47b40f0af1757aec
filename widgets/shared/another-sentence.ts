import type { KernelAddress, KernelLink, Question } from "./kernel-link";
import type { WidgetInstance } from "./widget";

export type MakeWidget<Packed, State extends object, Data> = (
  tokens: readonly string[],
) => Promise<WidgetInstance<Packed, State, Data>>;

/** How a widget on a page asks the kernel for another sentence. */
export interface AnotherSentence {
  readonly address: KernelAddress;
  readonly question: SentenceQuestion;
}

/** The data and state of a widget for another sentence. */
export interface WidgetContent {
  readonly packed: unknown;
  readonly state: object;
}

type SentenceQuestion = Question<{ readonly text: string }, WidgetContent>;

/**
 * Lets the kernel answer a widget's requests while it runs.
 * @returns undefined if no page can reach the kernel
 */
export function answerSentences<Packed, State extends object, Data>(
  kernel: KernelLink,
  name: string,
  make: MakeWidget<Packed, State, Data>,
): AnotherSentence | undefined {
  const { address } = kernel;
  if (!address) return undefined;
  const question: SentenceQuestion = `another ${name}`;
  kernel.answer(question, async ({ text }) => {
    const tokens = String(text).split(/\s+/).filter(Boolean);
    if (!tokens.length) throw new Error("type at least one word");
    const { packed, state } = await make(tokens);
    return { packed, state };
  });
  return { address, question };
}
