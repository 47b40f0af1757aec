import * as tf from "@tensorflow/tfjs-core";
import type { DropoutAttributes } from "../ops/dropout";
import type { RandomState } from "../random";
import { moduleOf, replaceKernel } from "./heap";
import type { OwnKernels } from "./own-kernels";

const stateBytes = 16;

/** Drawing is one chain of steps, so that it takes one thread; the gradient takes all. */
export function registerDropout(kernels: OwnKernels): void {
  const { backend } = kernels;

  replaceKernel<{ input: tf.TensorInfo }, DropoutAttributes>("Dropout", () => ({ inputs, attrs }) => {
    const { input } = inputs;
    const { rate, random } = attrs;
    const out = backend.makeOutput(input.shape, "float32");
    const kept = backend.makeOutput(input.shape, "bool");
    kernels.withMemory([stateBytes], (address) => {
      const state = new Uint32Array(moduleOf(backend).HEAP32.buffer, address, 4);
      state.set(random.state);
      kernels.call(
        "dropout",
        kernels.address(input),
        tf.util.sizeFromShape(input.shape),
        rate * 2 ** 32,
        1 / (1 - rate),
        address,
        kernels.address(out),
        kernels.address(kept),
      );
      random.restore(Array.from(state) as unknown as RandomState);
    });
    return [out, kept];
  });

  replaceKernel<{ dy: tf.TensorInfo; kept: tf.TensorInfo }, Pick<DropoutAttributes, "rate">>(
    "DropoutGradient",
    () =>
      ({ inputs, attrs }) => {
        const { dy, kept } = inputs;
        const out = backend.makeOutput(dy.shape, "float32");
        const count = tf.util.sizeFromShape(dy.shape);
        const scale = 1 / (1 - attrs.rate);
        const [at, mask, to] = [dy, kept, out].map((tensor) => kernels.address(tensor));
        kernels.run("dropoutGradient", Math.ceil(count / 1024), 2 * count, at, mask, count, scale, to);
        return [out];
      },
  );
}
