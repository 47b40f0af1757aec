import * as tf from "@tensorflow/tfjs-core";
import { type Lengths, rowsOf } from "../packing";
import { customGradient } from "./custom-gradient";
import { hasKernel, runKernel } from "./fused";
import { pack, packSquares, pad, padSquares } from "./padding";

/**
 * Dot products of every two tokens of a sentence, one of `left` and one of `right` [tokens, width].
 * @returns [Σ L²], for each sentence [L, L] for (left, right)
 */
export function sentenceProducts(left: tf.Tensor2D, right: tf.Tensor2D, lengths: Lengths): tf.Tensor1D {
  tf.util.assert(
    rowsOf(lengths) === left.shape[0] && left.shape.join() === right.shape.join(),
    () => `products: lengths ${lengths} do not fit [${left.shape}] and [${right.shape}]`,
  );
  return (hasKernel("SentenceProducts") ? fusedProducts : composedProducts)(left, right, lengths);
}

function fusedProducts(left: tf.Tensor2D, right: tf.Tensor2D, lengths: Lengths): tf.Tensor1D {
  return customGradient([left, right], (save) => {
    save([left, right]);
    return {
      value: runKernel("SentenceProducts", { left, right }, { lengths })[0],
      gradFunc: (dy, [l, r]) => runKernel("SentenceProductsGradient", { left: l, right: r, dy }, { lengths }),
    };
  }) as tf.Tensor1D;
}

export function composedProducts(left: tf.Tensor2D, right: tf.Tensor2D, lengths: Lengths): tf.Tensor1D {
  return customGradient([left, right], (save) => {
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
  }) as tf.Tensor1D;
}
