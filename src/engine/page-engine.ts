import * as tf from "@tensorflow/tfjs-core";
import { PnrError } from "../base/errors";
import { registerWasm, tfjsWasm } from "./wasm/register-wasm";
import { SingleThread } from "./wasm/runner";
import { loadSingleModule } from "./wasm/single-module";

/** Builds of our kernels for a page. Relaxed SIMD has the fused multiply-add; older browsers lack it. */
export type KernelBuild = "relaxed" | "basic";

/** The WebAssembly files of the engine. */
export type EngineFiles = Readonly<Record<"tfjs" | KernelBuild, Uint8Array<ArrayBuffer>>>;

/**
 * Makes wasm the backend in a page, in one thread. Returns a description.
 *
 * @param build default: `relaxed` if the browser has relaxed SIMD
 * @throws PnrError if the browser lacks WebAssembly's SIMD
 */
export async function startPageEngine(
  files: EngineFiles,
  build: KernelBuild = WebAssembly.validate(files.relaxed) ? "relaxed" : "basic",
): Promise<string> {
  if (!WebAssembly.validate(files[build]))
    throw new PnrError("this browser has no WebAssembly SIMD; use a browser from 2023 or later");
  tf.enableProdMode();
  const [module, code] = await Promise.all([loadSingleModule(files.tfjs), WebAssembly.compile(files[build])]);
  registerWasm(module, new SingleThread(code, module.wasmMemory));
  await tf.setBackend("wasm");
  const simd = build === "relaxed" ? "relaxed SIMD" : "SIMD without relaxed operations";
  return `${tfjsWasm}, own kernels, 1 thread, ${simd}`;
}
