import type { KernelAddress, KernelLink, Question } from "./kernel-link";
import type { Shown } from "./widget";

/** Makes the same widget for a sentence that its reader has typed. */
export type MakeAnother<Packed, State extends object, Data> = (
  tokens: readonly string[],
) => Promise<Shown<Packed, State, Data>>;

/** What a widget on a page must know to ask the kernel for another sentence. */
export interface Another {
  readonly address: KernelAddress;
  readonly question: AnotherQuestion;
}

export interface Made {
  readonly packed: unknown;
  readonly state: object;
}

type AnotherQuestion = Question<{ readonly text: string }, Made>;

/**
 * Has the kernel answer for a widget, as long as it runs.
 * @returns undefined where no page can reach the kernel
 */
export function answerAnother<Packed, State extends object, Data>(
  kernel: KernelLink,
  name: string,
  make: MakeAnother<Packed, State, Data>,
): Another | undefined {
  const { address } = kernel;
  if (!address) return undefined;
  const question: AnotherQuestion = `another ${name}`;
  kernel.answer(question, async ({ text }) => {
    const tokens = String(text).split(/\s+/).filter(Boolean);
    if (!tokens.length) throw new Error("there are no words");
    const { packed, state } = await make(tokens);
    return { packed, state };
  });
  return { address, question };
}
