import type { Lengths } from "../packing";

/** Parameters of direction 0, forward, and direction 1, reverse. */
export const gruParameters = [
  "weightInput0",
  "weightHidden0",
  "biasInput0",
  "biasHidden0",
  "weightInput1",
  "weightHidden1",
  "biasInput1",
  "biasHidden1",
] as const;

export type GruInputs<T> = Readonly<Record<"input" | (typeof gruParameters)[number], T>>;

export interface GruAttributes {
  /** Tokens of each sentence, not all 0. */
  readonly lengths: Lengths;
}
