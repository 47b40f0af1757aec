import { showBytes } from "../base/progress";
import type { ModelConfig } from "../config/model";
import { memoryLimit } from "../engine";

/**
 * Numbers that a pass holds for each pair of tokens of a sentence: attention's weights, head by head and layer by layer, and the
 * pointers' scores. Measured on wasm at 1,000 to 2,000 tokens; training and prediction differ by less than what is left out, which
 * grows with the tokens alone.
 */
function numbersPerPair({ layers, heads }: Pick<ModelConfig, "layers" | "heads">): number {
  return 2.3 * layers * heads + 8;
}

/** About how many bytes a pass over a sentence takes. */
function passBytes(model: Pick<ModelConfig, "layers" | "heads">, tokens: number): number {
  return 4 * numbersPerPair(model) * tokens ** 2;
}

/** Tokens of the longest sentence for which the engine has memory. @param limit bytes */
export function longestSentence(
  model: Pick<ModelConfig, "layers" | "heads">,
  limit: number = memoryLimit(),
): number {
  return Math.floor(Math.sqrt(limit / passBytes(model, 1)));
}

/** "has 20,000 tokens and needs about 58 GB of memory, of which the engine has 4.3 GB" */
export function outOfRoom(model: ModelConfig, tokens: number): string {
  return (
    `has ${tokens.toLocaleString("en")} tokens and needs about ${showBytes(passBytes(model, tokens))} of memory, of which ` +
    `the engine has ${showBytes(memoryLimit())}`
  );
}
