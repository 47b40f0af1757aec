import { Readable } from "node:stream";
import { InputError } from "../../src/base/errors";

/** Ends the process, which code of cells may not. */
export const leave: typeof process.exit = process.exit.bind(process);

/** Has what would take the kernel from under its cells, or wait for ever, fail the cell and say why. */
export function installRefusals(): void {
  process.exit = (code) => {
    throw new InputError(
      `process.exit(${code ?? ""}) would end the kernel and lose all that cells have made; to end a cell, throw an error, and to end the kernel, use the front end's menu`,
    );
  };
  let input = emptyInput();
  Object.defineProperty(process, "stdin", {
    configurable: true,
    get: () => {
      if (input.destroyed) input = emptyInput();
      return input;
    },
  });
}

/** Fails whoever reads it. */
function emptyInput(): Readable {
  return new Readable({
    read() {
      this.destroy(
        new InputError(
          'a cell cannot ask its reader for input; write the value into the cell: const answer = "…"',
        ),
      );
    },
  });
}
