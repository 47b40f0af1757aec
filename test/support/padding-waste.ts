import type { Sentence } from "../../src/corpus";

/** Share of padding (0 … 1) in all positions, if each batch is padded to its longest sentence. */
export function paddingWaste(
  sentences: readonly Pick<Sentence, "tokens">[],
  batches: readonly (readonly number[])[],
): number {
  let real = 0;
  let padded = 0;
  for (const batch of batches) {
    const lengths = batch.map((index) => sentences[index].tokens.length);
    real += lengths.reduce((sum, length) => sum + length, 0);
    padded += Math.max(...lengths) * lengths.length;
  }
  return padded === 0 ? 0 : 1 - real / padded;
}
