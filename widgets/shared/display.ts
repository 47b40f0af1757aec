import type { Editing } from "./another-sentence";
import { kernelLink } from "./kernel-link";
import type { WidgetInstance } from "./widget";

/** The interface of Deno's notebook kernel for the code of cells. */
interface DenoNotebook {
  display(value: object): Promise<void>;
}

/** Key of the method that returns what a notebook displays for a value. */
const displayKey: unique symbol = Symbol.for("Jupyter.display");

/**
 * Shows a widget in the running cell of our kernel or Deno's; elsewhere, prints its text description.
 * @param editing lets the reader edit the sentence while our kernel runs
 */
export async function display<Packed, State extends object, Data>(
  instance: WidgetInstance<Packed, State, Data>,
  editing?: Editing<Packed, State, Data>,
): Promise<void> {
  const kernel = kernelLink();
  const deno = denoNotebook();
  if (kernel) {
    const { displayInCell } = await import("./cell.js");
    await displayInCell(kernel, instance, editing);
  } else if (deno) {
    const { standaloneBundle } = await import("./cell.js");
    const bundle = await standaloneBundle(instance);
    await deno.display({ [displayKey]: () => bundle });
  } else {
    const { widget, packed, state } = instance;
    console.log(widget.text(widget.open(packed), state));
  }
}

/** Undefined in programs that Deno runs outside of notebooks. */
function denoNotebook(): DenoNotebook | undefined {
  const { Deno } = globalThis as { Deno?: { jupyter?: DenoNotebook } };
  try {
    return Deno?.jupyter;
  } catch {
    return undefined;
  }
}
