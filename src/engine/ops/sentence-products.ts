import * as tf from "@tensorflow/tfjs-core";
import { type Lengths, offsetsOf, rowsOf, squaresOf } from "../packing";
import { wordBytes } from "../wasm/heap";
import { customGradient } from "./custom-gradient";
import { fusedOp } from "./fused";
import { pack, packSquares, pad, padSquares } from "./padding";

/**
 * Dot products of each row of `left` with each row of `right` in the same sentence, both [tokens, width].
 * @returns [Σ L²], for each sentence [L, L], left by right
 */
export function sentenceProducts(left: tf.Tensor2D, right: tf.Tensor2D, lengths: Lengths): tf.Tensor1D {
  tf.util.assert(
    rowsOf(lengths) === left.shape[0] && left.shape.join() === right.shape.join(),
    () => `products: lengths ${lengths} do not fit [${left.shape}] and [${right.shape}]`,
  );
  return sentenceProductsOp({ left, right }, { lengths }) as tf.Tensor1D;
}

interface Attributes {
  readonly lengths: Lengths;
}

const sentenceProductsOp = fusedOp({
  name: "SentenceProducts",
  inputs: ["left", "right"],
  saved: ["left", "right"],
  products: ({ left }, { lengths }: Attributes) => 2 * rowsOf(squaresOf(lengths)) * left.shape[1],

  forward(kernels, { left, right }, { lengths }) {
    const [, width] = left.shape;
    const value = kernels.output([rowsOf(squaresOf(lengths))]);
    const [x, y, out] = [left, right, value].map((tensor) => kernels.address(tensor));
    forSentences(lengths, width, (length, rows, square) => {
      const [l, r] = [kernels.matrix(x + rows, width), kernels.matrix(y + rows, width, true)];
      kernels.multiply([length, width, length], l, r, out + square);
    });
    return { value };
  },

  backward(kernels, { left, right, dy }, { lengths }) {
    const [, width] = left.shape;
    const gradients = [left, right].map(({ shape }) => kernels.output(shape));
    const [x, y, d, dx, dOther] = [left, right, dy, ...gradients].map((tensor) => kernels.address(tensor));
    forSentences(lengths, width, (length, rows, square) => {
      const sizes = [length, length, width] as const;
      const byLeft = kernels.matrix(d + square, length);
      const byRight = kernels.matrix(d + square, length, true);
      kernels.multiply(sizes, byLeft, kernels.matrix(y + rows, width), dx + rows);
      kernels.multiply(sizes, byRight, kernels.matrix(x + rows, width), dOther + rows);
    });
    return gradients;
  },

  composed: ({ left, right }, { lengths }) =>
    customGradient([left, right], (save) => {
      save([left, right]);
      const products = tf.matMul(pad(left, lengths), pad(right, lengths), false, true);
      return {
        value: packSquares(tf.expandDims(products, 1), lengths),
        gradFunc: (dy, saved) => {
          const [l, r] = saved.map((tensor) => pad(tensor, lengths));
          const dProducts = tf.squeeze(padSquares(dy, lengths, 1), [1]);
          return [tf.matMul(dProducts, r), tf.matMul(dProducts, l, true, false)].map((gradient) =>
            pack(gradient, lengths),
          );
        },
      };
    }),
});

/** Visits the sentences with tokens. @param visit gets the offsets of a sentence's rows and products in bytes */
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
