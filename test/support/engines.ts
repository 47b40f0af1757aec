import { before, describe } from "node:test";
import { type EngineName, startBackend } from "../../src/engine/backends";
import { findBinding, isProvedHere, packageFolder } from "../../src/engine/tensorflow/places";

const always: readonly EngineName[] = ["wasm", "cpu"];

/** Whether `npm run engine -- --tensorflow` has been on this machine; whether what it left works is for the tests to say. */
function tensorFlowIsThere(): boolean {
  const folder = packageFolder();
  const binding = folder === undefined ? undefined : findBinding(folder);
  return binding !== undefined && isProvedHere(binding);
}

/** wasm and cpu always, tensorflow where it is installed; or those that the environment's PNR_TEST_ENGINES lists. */
function engines(): readonly EngineName[] {
  const wanted = process.env.PNR_TEST_ENGINES;
  if (wanted) return wanted.split(",") as EngineName[];
  if (tensorFlowIsThere()) return [...always, "tensorflow"];
  console.log('tensorflow not tested: it is not installed ("npm run engine -- --tensorflow" installs it)');
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
