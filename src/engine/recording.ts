import * as tf from "@tensorflow/tfjs-core";

/**
 * One forward pass on tfjs's tape and the tensors that its operations save for the backward pass. It saves the tensors
 * themselves; tfjs saves a clone of each, which takes longer than many operations.
 */
export class Recording {
  private static active: Recording | undefined;
  /** The remaining uses of each saved tensor. */
  private readonly uses = new Map<tf.Tensor, number>();
  /** The ids of the tensors whose gradients the backward pass needs; undefined before it: all. */
  needed: ReadonlySet<number> | undefined;

  private constructor(private readonly lastId: number) {}

  /** The active recording; undefined inside an operation whose inner steps are not recorded. */
  static get current(): Recording | undefined {
    const { gradientDepth, kernelDepth } = tf.engine().state;
    return gradientDepth === 1 && kernelDepth === 0 ? Recording.active : undefined;
  }

  /**
   * Records `forward`, passes its result and the tape to `backward`, and frees all saved tensors.
   * @param forward its tensors are disposed at its end, except the result and saved ones
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

  /** Adds an operation with a custom gradient to the tape. @param saved the result of {@link save} */
  add(inputs: readonly tf.Tensor[], output: tf.Tensor, saved: tf.Tensor[], gradient: Gradient): void {
    const { state } = tf.engine();
    state.activeTape.push({
      id: state.nextTapeNodeId++,
      kernelName: "custom",
      inputs: Object.fromEntries(inputs.entries()),
      outputs: [output],
      saved,
      gradient: ([dy]) => {
        const isNeeded = (input: number): boolean => this.needed?.has(inputs[input].id) ?? true;
        return Object.fromEntries(gradient(dy, isNeeded).map((dx, i) => [i, () => dx]));
      },
    });
  }

  /**
   * Keeps the tensors of this recording until they are released, and returns them. Tensors that are older, or that somebody else
   * keeps, outlive the recording.
   */
  save(tensors: readonly tf.Tensor[]): tf.Tensor[] {
    const recorded = tensors.filter(
      (tensor) => this.uses.has(tensor) || (tensor.id > this.lastId && !tensor.kept),
    );
    for (const tensor of recorded) this.uses.set(tf.keep(tensor), (this.uses.get(tensor) ?? 0) + 1);
    return recorded;
  }

  /** Ends one use of a saved tensor. The last one disposes it. */
  release(tensor: tf.Tensor): void {
    const uses = (this.uses.get(tensor) ?? 1) - 1;
    this.uses.set(tensor, uses);
    if (uses === 0) tensor.dispose();
  }
}

/** The id of the newest tensor. */
function lastTensorId(): number {
  const newest = tf.scalar(0);
  newest.dispose();
  return newest.id;
}

/** Returns the gradients of the inputs. It may omit the last ones, if none of them is needed. */
type Gradient = (dy: tf.Tensor, isNeeded: IsNeeded) => tf.Tensor[];

/** Whether the gradient of an input, by its index, is needed. */
export type IsNeeded = (input: number) => boolean;

export type TapeNode = ReturnType<typeof tf.engine>["state"]["activeTape"][number];
