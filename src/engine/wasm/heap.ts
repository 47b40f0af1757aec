import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";

/** The part of an Emscripten module that we use. The heap views are replaced when the memory grows. */
export interface EmscriptenModule {
  readonly HEAP32: Int32Array;
  readonly HEAPF32: Float32Array;
  _malloc(bytes: number): number;
  _free(address: number): void;
  cwrap(
    name: string,
    result: "number" | null,
    parameters: readonly string[],
  ): (...values: unknown[]) => number;
  readonly wasmMemory: WebAssembly.Memory;
}

/** The backend's module. */
export interface WasmModule extends EmscriptenModule {
  readonly tfjs: { disposeData(id: number): void };
}

interface KernelCall<Inputs, Attributes> {
  readonly inputs: { readonly [Name in keyof Inputs]: NonNullable<Inputs[Name]> };
  readonly attrs: Attributes;
  readonly backend: BackendWasm;
}

/** A kernel with typed inputs and attributes. */
export type Kernel<Inputs, Attributes> = (
  call: KernelCall<Inputs, Attributes>,
) => tf.TensorInfo | tf.TensorInfo[];

/** A kernel as JavaScript calls it. */
export type NumberFunction = (...parameters: number[]) => number;

export function moduleOf(backend: BackendWasm): WasmModule {
  return backend.wasm as unknown as WasmModule;
}

/** Bytes of a float32 or an int32. */
export const wordBytes = 4;

/** The start of a tensor on the heap, in 4-byte words. */
export function wordOffset(backend: BackendWasm, tensor: tf.TensorInfo): number {
  return backend.getMemoryOffset(tensor.dataId) >>> 2;
}

/** Whether a tensor's elements are 4-byte words. */
export function hasWords(tensor: tf.TensorInfo): boolean {
  return tensor.dtype === "float32" || tensor.dtype === "int32";
}

/** Registers a kernel on wasm in place of tfjs's. @param make gets tfjs's kernel, as a fallback */
export function replaceKernel<Inputs, Attributes>(
  kernelName: string,
  make: (stock: Kernel<Inputs, Attributes>) => Kernel<Inputs, Attributes>,
): void {
  const stock = tf.getKernel(kernelName, "wasm");
  if (stock !== undefined && stock !== null) tf.unregisterKernel(kernelName, "wasm");
  tf.registerKernel({
    ...stock,
    kernelName,
    backendName: "wasm",
    kernelFunc: make(stock?.kernelFunc as unknown as Kernel<Inputs, Attributes>) as unknown as tf.KernelFunc,
  });
}
