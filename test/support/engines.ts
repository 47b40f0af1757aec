import { before, describe } from "node:test";
import { type EngineName, startBackend } from "../../src/engine/backends";
import { findBinding, isProvedHere, packageFolder } from "../../src/engine/native/places";

const always: readonly EngineName[] = ["wasm", "cpu"];

/** Whether `npm run engine` has been on this machine; whether what it left works is for the tests to say. */
function nativeIsThere(): boolean {
  const folder = packageFolder();
  const binding = folder === undefined ? undefined : findBinding(folder);
  return binding !== undefined && isProvedHere(binding);
}

/** wasm and cpu always, native where it is there; or those that the environment's PNR_TEST_ENGINES lists. */
function engines(): readonly EngineName[] {
  const wanted = process.env.PNR_TEST_ENGINES;
  if (wanted) return wanted.split(",") as EngineName[];
  if (nativeIsThere()) return [...always, "native"];
  console.log('native not tested: it is not there ("npm run engine" gets it)');
  return always;
}

/** Defines the same tests on each engine that is there. */
export function forEachEngine(define: (engine: EngineName) => void): void {
  for (const engine of engines()) {
    describe(engine, () => {
      before(async () => {
        // for what starts an engine by itself
        process.env.PNR_ENGINE = engine;
        await startBackend(engine);
      });
      define(engine);
    });
  }
}
