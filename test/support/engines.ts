import { before, describe } from "node:test";
import { type EngineName, startBackend } from "../../src/engine/backends";
import { findBinding, isTriedHere, packageFolder } from "../../src/engine/tensorflow/binding";

/** Whether `npm run engine -- --tensorflow` was run on this machine. The tests show whether the engine works. */
function isTensorFlowInstalled(): boolean {
  const folder = packageFolder();
  const binding = folder === undefined ? undefined : findBinding(folder);
  return binding !== undefined && isTriedHere(binding);
}

/** The engines that PNR_TEST_ENGINES lists; else wasm and, if installed, tensorflow. */
function engines(): readonly EngineName[] {
  const selected = process.env.PNR_TEST_ENGINES;
  if (selected) return selected.split(",") as EngineName[];
  if (isTensorFlowInstalled()) return ["wasm", "tensorflow"];
  console.log('tensorflow not tested: it is not installed ("npm run engine -- --tensorflow" installs it)');
  return ["wasm"];
}

/** Defines the same tests for each available engine. */
export function forEachEngine(define: (engine: EngineName) => void): void {
  for (const engine of engines()) {
    describe(engine, () => {
      before(async () => {
        // for code that starts an engine by itself
        process.env.PNR_ENGINE = engine;
        await startBackend(engine);
      });
      define(engine);
    });
  }
}
