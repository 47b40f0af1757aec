import * as tf from "@tensorflow/tfjs-core";
import { softmax } from "../engine";
import type { Dropout } from "../nn/parameters";

/**
 * Multi-head dot product attention, Softmax(QKᵀ / √(width / heads) + mask) V.
 *
 * @param queries [batch, places, width], as `keys` and `values`; head m has the columns m · width / heads and following
 * @param mask [batch, places] added to every score of a key: 0, or so far below that its weight is 0
 * @param drop applied to the weights
 * @returns [batch, places, width]
 */
export function selfAttention(
  queries: tf.Tensor3D,
  keys: tf.Tensor3D,
  values: tf.Tensor3D,
  heads: number,
  mask: tf.Tensor2D,
  drop: Dropout,
): tf.Tensor3D {
  const [batch, places, width] = queries.shape;
  const [q, k, v] = [queries, keys, values].map((part) => byHead(part, heads)); //       3 × [B, M, P, D]
  const scores = tf.matMul(tf.mul(q, 1 / Math.sqrt(width / heads)), k, false, true); //  [B, M, P, P]
  const weights = softmax(tf.add(scores, tf.reshape(mask, [batch, 1, 1, places])));
  const read = tf.matMul(drop(weights), v); //                                           [B, M, P, D]
  return tf.reshape(tf.transpose(read, [0, 2, 1, 3]), [batch, places, width]);
}

/** [batch, places, width] → [batch, heads, places, width / heads] */
function byHead(part: tf.Tensor3D, heads: number): tf.Tensor4D {
  const [batch, places, width] = part.shape;
  return tf.transpose(tf.reshape(part, [batch, places, heads, width / heads]), [0, 2, 1, 3]) as tf.Tensor4D;
}
