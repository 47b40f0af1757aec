import { before, describe } from "node:test";
import { type EngineName, startBackend } from "../../src/engine/backends";

/** Defines the same tests on each engine that runs on every machine. */
export function forEachEngine(define: (engine: EngineName) => void): void {
  for (const engine of ["wasm", "cpu"] as const) {
    describe(engine, () => {
      before(() => startBackend(engine));
      define(engine);
    });
  }
}
