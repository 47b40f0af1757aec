import * as tf from "@tensorflow/tfjs-core";
import type { Ledger } from "./ledger";
import { counterOf } from "./operations";

/** Calls of the backend that are no kernels, but take time like one. */
const hostCalls = {
  write: "(write to engine)",
  readSync: "(read from engine)",
  disposeData: "(free)",
} as const;

/** What is current where no kernel runs: building the tape, shapes, tensors' bookkeeping, the caller's own JavaScript. */
export const between = "(JavaScript between kernels)";

/**
 * Books every kernel of the running engine, forward and backward, under its name. A kernel that calls another has only the
 * rest of its time.
 */
export function watchKernels(ledger: Ledger): () => void {
  const backendName = tf.getBackend();
  const stock = tf.getKernelsForBackend(backendName);
  let counting = false;
  const replace = (config: tf.KernelConfig): void => {
    tf.unregisterKernel(config.kernelName, backendName);
    tf.registerKernel(config);
  };
  for (const config of stock) {
    const { kernelName, kernelFunc } = config;
    const counter = counterOf(kernelName);
    const watched: tf.KernelFunc = (call) =>
      ledger.during({ kernel: kernelName }, () => {
        const inner = counting;
        const operations =
          inner || !counter ? 0 : counter(call.inputs as Record<string, tf.TensorInfo>, call.attrs ?? {});
        ledger.count(operations);
        counting ||= counter !== undefined; // a product that is made of products counts once
        try {
          return kernelFunc(call);
        } finally {
          counting = inner;
        }
      });
    replace({ ...config, kernelFunc: watched });
  }
  const undo = Object.entries(hostCalls).map(([name, kernel]) =>
    replaceMethod(tf.backend(), name, (original) => (...given) => {
      if (given[0] === null) return original(...given); // memory for a kernel's output is the kernel's matter
      return ledger.during({ kernel }, () => {
        ledger.count(0);
        return original(...given);
      });
    }),
  );
  return () => {
    for (const config of stock) replace(config);
    for (const restore of undo) restore();
  };
}

type Callable = (...given: never[]) => unknown;

/** Puts a function around one of an object's own or inherited ones. @returns what takes it off */
export function replaceMethod(
  owner: object,
  name: string,
  make: (original: (...given: unknown[]) => unknown) => (...given: unknown[]) => unknown,
): () => void {
  const holder = owner as Record<string, unknown>;
  const original = holder[name];
  if (typeof original !== "function") throw new Error(`profile: there is no function "${name}" to time`);
  const own = Object.hasOwn(holder, name);
  holder[name] = make((original as Callable).bind(owner) as (...given: unknown[]) => unknown);
  return () => {
    if (own) holder[name] = original;
    else delete holder[name];
  };
}
