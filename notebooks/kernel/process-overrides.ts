import { Readable } from "node:stream";
import { InputError } from "../../src/base/errors";

/** Ends the process, for the kernel's own use. */
export const exitKernel: typeof process.exit = process.exit.bind(process);

/** Makes a cell that would end the kernel, or wait for input that never comes, fail with the reason. */
export function overrideProcess(): void {
  process.exit = (code) => {
    throw new InputError(
      `process.exit(${code ?? ""}) would end the kernel and lose the variables of all cells; to end a cell, throw an error, and to end the kernel, use the front end's menu`,
    );
  };
  let input = failingInput();
  Object.defineProperty(process, "stdin", {
    configurable: true,
    get: () => {
      if (input.destroyed) input = failingInput();
      return input;
    },
  });
}

function failingInput(): Readable {
  const message = 'a cell cannot ask for input; write the value into the cell: const answer = "…"';
  return new Readable({
    read() {
      this.destroy(new InputError(message));
    },
  });
}
