import type { Trace } from "../../src/detector/trace-types";
import { textOf } from "../shared/another-sentence";
import { isEdit } from "./edit";

/**
 * The trace to compare an edited sentence with; undefined for a different sentence. The original is traced again from its text, so
 * that both are tokenized and tagged in the same way and differ only by the edit.
 * @param tokens of the original
 * @param shownTrace its trace, if available
 */
export async function originalTrace(
  tokens: readonly string[],
  edited: Trace,
  traceText: (text: string) => Promise<Trace>,
  shownTrace?: Trace,
): Promise<Trace | undefined> {
  if (!isEdit(tokens, edited.tokens)) return undefined;
  try {
    return await traceText(textOf(tokens));
  } catch {
    return shownTrace; // read as a text, it may have two sentences
  }
}
