import type { EmscriptenModule } from "./heap";

/** Emscripten's loader of the build without threads. */
type Factory = (options: {
  readonly wasmBinary: Uint8Array;
}) => Promise<
  Omit<EmscriptenModule, "wasmMemory"> & { readonly asm: { readonly memory: WebAssembly.Memory } }
>;

/** Loads tfjs's module in its build without threads. @param wasmBinary the build with SIMD */
export async function loadSingleModule(wasmBinary: Uint8Array): Promise<EmscriptenModule> {
  const factory: Factory = require("@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.js");
  const module = await factory({ wasmBinary });
  return Object.assign(module, { wasmMemory: module.asm.memory });
}
