import type { NumberFunction } from "./heap";
import type { Call } from "./job";
import type { kernelParameters } from "./kernel-parameters.generated";

/** Our compiled kernels by name. */
export type CompiledKernels = Readonly<Record<keyof typeof kernelParameters, NumberFunction>>;

export interface KernelsInstance {
  readonly run: Readonly<Record<string, NumberFunction>>;
  /** Maps names to numbers, which are the same in every thread. */
  readonly numbers: ReadonlyMap<string, number>;
  /** Calls kernels in a thread. The last two parameters are the address of all scratch and the bytes of each thread's. */
  caller(thread: number): Call;
}

/** @param others returns kernels in JavaScript, in addition to the compiled ones */
export function instantiate(
  code: WebAssembly.Module,
  memory: WebAssembly.Memory,
  others: (compiled: CompiledKernels) => Readonly<Record<string, NumberFunction>> = () => ({}),
): KernelsInstance {
  const { exports } = new WebAssembly.Instance(code, { env: { memory } });
  const compiled = exports as CompiledKernels;
  const run: Readonly<Record<string, NumberFunction>> = { ...compiled, ...others(compiled) };
  const names = Object.keys(run);
  const functions = names.map((name) => run[name]);
  return {
    run,
    numbers: new Map(names.map((name, number) => [name, number])),
    caller: (thread) => (kernel, first, end, parameters) => {
      const count = parameters.length - 2;
      const scratch = parameters[count] + thread * parameters[count + 1];
      functions[kernel](first, end, ...parameters.subarray(0, count), scratch);
    },
  };
}
