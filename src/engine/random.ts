/** State of a {@link Random}: four unsigned 32-bit integers, JSON-safe. */
export type RandomState = readonly [number, number, number, number];

/**
 * The only source of randomness of a run (sfc32): initial weights, dropout and shuffling draw from it, and every checkpoint
 * stores its state. The same seed gives the same numbers on every engine and machine.
 */
export class Random {
  private a: number;
  private b: number;
  private c = 0x9e3779b9;
  private d = 1;

  /** @param seed a non-negative integer */
  constructor(seed: number) {
    this.a = seed >>> 0;
    this.b = Math.floor(seed / 2 ** 32) >>> 0;
    // The first numbers of similar seeds are similar.
    for (let i = 0; i < 15; i++) this.integer32();
  }

  /** Continues from the state of another generator. */
  restore([a, b, c, d]: RandomState): void {
    [this.a, this.b, this.c, this.d] = [a, b, c, d];
  }

  get state(): RandomState {
    return [this.a >>> 0, this.b >>> 0, this.c >>> 0, this.d >>> 0];
  }

  /** An unsigned 32-bit integer. */
  integer32(): number {
    const sum = (((this.a + this.b) | 0) + this.d) | 0;
    this.d = (this.d + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** Uniform in [0, 1). */
  uniform(): number {
    return this.integer32() / 2 ** 32;
  }

  /** Uniform integer in [0, below). */
  below(below: number): number {
    return Math.floor(this.uniform() * below);
  }

  /** Standard normal (Box–Muller). Drops the second value, so that the state alone decides the next number. */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }

  /** A shuffled copy (Fisher–Yates). */
  shuffled<T>(items: readonly T[]): T[] {
    const result = [...items];
    this.shuffle(result);
    return result;
  }

  /** Shuffles in place. */
  shuffle<T>(items: { readonly length: number; [index: number]: T }): void {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [items[i], items[j]] = [items[j], items[i]];
    }
  }
}
