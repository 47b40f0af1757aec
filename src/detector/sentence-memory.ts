import { showBytes } from "../base/progress";
import type { ModelConfig } from "../config/model-config";
import { memoryLimit } from "../engine";

/**
 * Approximate bytes of a pass over a sentence: attention weights of each head and layer, and pointer scores, for each pair of
 * tokens. Measured on wasm at 1,000 to 2,000 tokens. Ignores what grows linearly, and the difference between training and
 * prediction, which is smaller. A baseline only has what grows linearly: states of the encoder, and of the spans of each token.
 */
function passBytes(model: ModelConfig, tokens: number): number {
  const { architecture, layers, heads, hidden, spanWidth } = model;
  if (architecture !== "pnr") return 4 * 10 * hidden * (1 + (spanWidth ?? 0)) * tokens;
  const numbersPerPair = 2.3 * layers * heads + 8;
  return 4 * numbersPerPair * tokens ** 2;
}

/** Tokens of the longest sentence that fits into the engine's memory. */
export function longestSentence(model: ModelConfig): number {
  const most = memoryLimit() / passBytes(model, 1);
  return Math.floor(model.architecture === "pnr" ? Math.sqrt(most) : most);
}

/** "has 20,000 tokens and needs about 58 GB of memory, but the engine has 4.3 GB" */
export function outOfMemory(model: ModelConfig, tokens: number): string {
  return (
    `has ${tokens.toLocaleString("en")} tokens and needs about ${showBytes(passBytes(model, tokens))} of memory, but ` +
    `the engine has ${showBytes(memoryLimit())}`
  );
}
