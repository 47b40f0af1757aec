import * as tf from "@tensorflow/tfjs-core";

type Inputs = Readonly<Record<string, Pick<tf.TensorInfo, "shape">>>;
type Attributes = Readonly<Record<string, unknown>>;
type Counter = (inputs: Inputs, attributes: Attributes) => number;

const size = tf.util.sizeFromShape;

/** [..., rows, depth] · [..., depth, columns], each side perhaps transposed and broadcast. */
function product({ a, b }: Inputs, { transposeA, transposeB }: Attributes): number {
  const [leftRows, leftColumns] = a.shape.slice(-2);
  const [rightRows, rightColumns] = b.shape.slice(-2);
  const [rows, depth] = transposeA ? [leftColumns, leftRows] : [leftRows, leftColumns];
  const columns = transposeB ? rightRows : rightColumns;
  const outer = tf.broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  return 2 * size(outer) * rows * depth * columns;
}

/** Both directions: three gates of input and hidden state for every token. */
function gru({ input, weightHidden0 }: Inputs, { lengths }: Attributes): number {
  const tokens = (lengths as readonly number[]).reduce((sum, length) => sum + length, 0);
  const [, width] = input.shape;
  const [gates, hidden] = weightHidden0.shape;
  return 2 * 2 * tokens * gates * (width + hidden);
}

function linear({ input, weight }: Inputs): number {
  return 2 * size(input.shape) * weight.shape[0];
}

/** Scores and their use, for every pair of tokens of a sentence. */
function attention({ transformed }: Inputs, { lengths }: Attributes): number {
  const pairs = (lengths as readonly number[]).reduce((sum, length) => sum + length ** 2, 0);
  return (2 * 2 * pairs * transformed.shape[1]) / 3;
}

/** Every two tokens of a sentence. */
function sentenceProducts({ left }: Inputs, { lengths }: Attributes): number {
  const pairs = (lengths as readonly number[]).reduce((sum, length) => sum + length ** 2, 0);
  return 2 * pairs * left.shape[1];
}

/** Backward, a product becomes two. */
function twice(forward: Counter): Counter {
  return (inputs, attributes) => 2 * forward(inputs, attributes);
}

/** Own kernels that multiply no matrices. */
const elementwise = [
  "AdamW",
  "AdamWOutside",
  "Dropout",
  "Gate",
  "GateGradient",
  "Gelu",
  "GeluGradient",
  "LayerNorm",
  "LayerNormGradient",
  "MoveLocations",
  "MoveLocationsGradient",
  "SoftmaxGradient",
  "SoftmaxOverHeads",
  "SoftmaxOverHeadsGradient",
  "SpanGradient",
  "SpanNormalizers",
  "SpanPicks",
  "SumOfSquares",
  "WeighHeads",
  "WeighHeadsGradient",
];

/**
 * Floating-point operations of the matrix products in a call of a kernel, by its shapes; multiplication and addition count
 * as one each. Products are nearly all the arithmetic there is: what else a kernel does is not counted.
 */
const counters: Readonly<Record<string, Counter>> = {
  ...Object.fromEntries(elementwise.map((name) => [name, () => 0])),
  BatchMatMul: product,
  _FusedMatMul: product,
  Linear: linear,
  LinearGelu: linear,
  LinearGradient: twice(linear),
  LinearGeluGradient: twice(linear),
  GruForward: gru,
  GruBackward: twice(gru),
  Attention: attention,
  AttentionGradient: twice(attention),
  SentenceProducts: sentenceProducts,
  SentenceProductsGradient: twice(sentenceProducts),
};

/** undefined for a kernel that multiplies no matrices as far as this file knows. */
export function counterOf(kernel: string): Counter | undefined {
  return Object.hasOwn(counters, kernel) ? counters[kernel] : undefined;
}

const stock: ReadonlySet<unknown> = new Set(Object.values(tf).filter((value) => typeof value === "string"));

/** Whether it is a kernel of our own of which nobody has said how much it multiplies. */
export function isUncounted(kernel: string): boolean {
  return counterOf(kernel) === undefined && !stock.has(kernel);
}
