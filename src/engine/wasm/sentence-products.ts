import type * as tf from "@tensorflow/tfjs-core";
import { type Lengths, offsetsOf, rowsOf, squaresOf } from "../packing";
import { replaceKernel } from "./heap";
import { matrix, type OwnKernels } from "./own-kernels";

interface Attributes {
  readonly lengths: Lengths;
}

type Named<Name extends string> = Readonly<Record<Name, tf.TensorInfo>>;

const wordBytes = 4;

export function registerSentenceProducts(kernels: OwnKernels): void {
  const make = (shape: number[]): tf.TensorInfo => kernels.backend.makeOutput(shape, "float32");
  const at = (tensor: tf.TensorInfo): number => kernels.address(tensor);

  replaceKernel<Named<"left" | "right">, Attributes & object>(
    "SentenceProducts",
    () =>
      ({ inputs, attrs }) => {
        const { left, right } = inputs;
        const [, width] = left.shape;
        const out = make([rowsOf(squaresOf(attrs.lengths))]);
        forSentences(attrs.lengths, width, (length, rows, square) => {
          const [x, y] = [matrix(at(left) + rows, width), matrix(at(right) + rows, width, true)];
          kernels.multiply([length, width, length], x, y, at(out) + square);
        });
        return [out];
      },
  );

  replaceKernel<Named<"left" | "right" | "dy">, Attributes & object>(
    "SentenceProductsGradient",
    () =>
      ({ inputs, attrs }) => {
        const { left, right, dy } = inputs;
        const [, width] = left.shape;
        const [dLeft, dRight] = [make(left.shape), make(right.shape)];
        forSentences(attrs.lengths, width, (length, rows, square) => {
          const sizes = [length, length, width] as const;
          const d = at(dy) + square;
          kernels.multiply(sizes, matrix(d, length), matrix(at(right) + rows, width), at(dLeft) + rows);
          kernels.multiply(sizes, matrix(d, length, true), matrix(at(left) + rows, width), at(dRight) + rows);
        });
        return [dLeft, dRight];
      },
  );
}

/** Visits the sentences that have tokens, with where their rows and their products begin, in bytes. */
function forSentences(
  lengths: Lengths,
  width: number,
  visit: (length: number, rows: number, square: number) => void,
): void {
  const [rows, squares] = [lengths, squaresOf(lengths)].map(offsetsOf);
  for (const [sentence, length] of lengths.entries()) {
    if (length > 0) visit(length, wordBytes * rows[sentence] * width, wordBytes * squares[sentence]);
  }
}
