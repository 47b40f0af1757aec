import { Random } from "../../../src/engine/random";
import { type Parts, pick, type Reader, type Shape } from "../reader";
import { byteMutators, type Mutator } from "./bytes";
import { jsonMutators } from "./json";
import { textMutators } from "./text";

/** Combines seed, reader and number of the input, so that each input can be reproduced alone. */
function seedOf(seed: number, name: string, index: number): number {
  let hash = 0x811c9dc5;
  for (const code of Buffer.from(`${seed} ${name} ${index}`)) hash = Math.imul(hash ^ code, 0x01000193);
  return hash >>> 0;
}

/** The random numbers for an input and the options of its reading. */
export function randomOf(seed: number, { name }: Reader, index: number): Random {
  return new Random(seedOf(seed, name, index));
}

/** An input: sometimes valid, mostly broken in one to four places. */
export function inputOf(reader: Reader, random: Random): Parts {
  const parts = [...pick(reader.seeds, random)];
  for (let changes = pick([0, 1, 1, 1, 2, 2, 3, 4], random); changes > 0; changes--) {
    const part = random.below(parts.length);
    parts[part] = mutate(parts[part], reader, part, random);
  }
  // Some inputs keep wrong checksums.
  return reader.seal && random.below(8) ? reader.seal(parts, random) : parts;
}

function mutate(bytes: Buffer, reader: Reader, part: number, random: Random): Buffer {
  const other = pick(reader.seeds, random)[part];
  return pick(mutatorsFor(reader.shapes[part], reader.words, random), random)(bytes, random, other);
}

function mutatorsFor(shape: Shape, words: readonly string[], random: Random): readonly Mutator[] {
  const kind = random.below(3);
  if (shape === "binary" || kind === 0) return byteMutators;
  if (shape === "json" && kind === 1) return jsonMutators;
  return textMutators(words);
}
