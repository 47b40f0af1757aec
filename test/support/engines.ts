import { before, describe } from "node:test";
import { type EngineName, startBackend } from "../../src/engine/backends";
import { findBinding, packageFolder } from "../../src/engine/native/places";

/** Why no test runs on native; undefined where it is there. Whatever is there must pass. */
function nativeMissing(): string | undefined {
  const folder = packageFolder();
  return folder !== undefined && findBinding(folder) !== undefined
    ? undefined
    : 'native not tested: it is not there ("npm run engine" gets it)';
}

/** Defines the same tests on each engine that is there: wasm and cpu always, native after `npm run engine`. */
export function forEachEngine(define: (engine: EngineName) => void): void {
  const missing = nativeMissing();
  for (const engine of ["wasm", "cpu", ...(missing === undefined ? (["native"] as const) : [])] as const) {
    describe(engine, () => {
      before(() => startBackend(engine));
      define(engine);
    });
  }
  if (missing !== undefined) console.log(missing);
}
