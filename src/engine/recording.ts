import * as tf from "@tensorflow/tfjs-core";

/**
 * One forward pass on tfjs's tape, and what its operations save for the backward pass. Tensors made in it are saved as they
 * are; tfjs itself would save a clone of each, which takes longer than many an operation.
 */
export class Recording {
  private static active: Recording | undefined;
  /** How often each tensor is still to be used. */
  private readonly uses = new Map<tf.Tensor, number>();

  private constructor(private readonly lastId: number) {}

  /** The recording under way, unless an operation is being computed whose inner steps are not recorded. */
  static get current(): Recording | undefined {
    const { gradientDepth, kernelDepth } = tf.engine().state;
    return gradientDepth === 1 && kernelDepth === 0 ? Recording.active : undefined;
  }

  /**
   * Records `forward`, hands its result and the tape to `backward`, and frees what was saved.
   * @param forward tensors made in it are disposed at its end, but for those saved and the result
   */
  static run<T extends tf.Tensor, R>(
    forward: () => T,
    backward: (result: T, tape: readonly TapeNode[], recording: Recording) => R,
  ): R {
    const { state } = tf.engine();
    const recording = new Recording(lastTensorId());
    state.activeTape = [];
    try {
      let result: T;
      state.gradientDepth++;
      Recording.active = recording;
      try {
        result = tf.tidy(forward);
      } finally {
        Recording.active = undefined;
        state.gradientDepth--;
      }
      return backward(result, state.activeTape, recording);
    } finally {
      for (const { saved = [] } of state.activeTape) for (const tensor of saved) recording.release(tensor);
      state.activeTape = [];
    }
  }

  /** Adds an operation whose gradient is its own to the tape. @param saved what {@link save} has returned */
  add(inputs: readonly tf.Tensor[], output: tf.Tensor, saved: tf.Tensor[], gradient: Gradient): void {
    const { state } = tf.engine();
    state.activeTape.push({
      id: state.nextTapeNodeId++,
      kernelName: "custom",
      inputs: Object.fromEntries(inputs.entries()),
      outputs: [output],
      saved,
      gradient: ([dy]) => Object.fromEntries(gradient(dy).map((dx, at) => [at, () => dx])),
    });
  }

  /** Keeps tensors until they are released. Returns those that must be; whoever keeps the others keeps them long enough. */
  save(tensors: readonly tf.Tensor[]): tf.Tensor[] {
    const own = tensors.filter(
      (tensor) => this.uses.has(tensor) || (tensor.id > this.lastId && !tensor.kept),
    );
    for (const tensor of own) this.uses.set(tf.keep(tensor), (this.uses.get(tensor) ?? 0) + 1);
    return own;
  }

  /** Frees what a node of the tape has saved, at its last use. */
  release(tensor: tf.Tensor): void {
    const left = (this.uses.get(tensor) ?? 1) - 1;
    this.uses.set(tensor, left);
    if (left === 0) tensor.dispose();
  }
}

/** The number of the newest tensor. */
function lastTensorId(): number {
  const newest = tf.scalar(0);
  newest.dispose();
  return newest.id;
}

/** The gradient of each input, given that of the output. */
type Gradient = (dy: tf.Tensor) => tf.Tensor[];

export type TapeNode = ReturnType<typeof tf.engine>["state"]["activeTape"][number];
