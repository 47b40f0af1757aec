import { startWasm } from "../wasm/start";
import { findBlas } from "./find";
import { describeBlas } from "./library";

/**
 * Makes wasm the backend, with large matrix products by the machine's BLAS on the same memory. Returns what runs, and the library.
 *
 * @throws EngineFailure when there is no BLAS, no koffi or no wasm engine
 * @throws InputError when PNR_BLAS names a file that is not a usable BLAS
 */
export async function startBlas(): Promise<{ readonly detail: string; readonly library: string }> {
  const blas = await findBlas();
  return { detail: await startWasm(blas), library: describeBlas(blas) };
}
