import type { Editing } from "./another-sentence";
import { kernelLink } from "./kernel-link";
import type { WidgetInstance } from "./widget";

/**
 * Shows a widget in the running cell; outside our kernel, prints its text description.
 * @param editing lets the reader edit the sentence while the kernel runs
 */
export async function display<Packed, State extends object, Data>(
  instance: WidgetInstance<Packed, State, Data>,
  editing?: Editing<Packed, State, Data>,
): Promise<void> {
  const kernel = kernelLink();
  if (!kernel) {
    const { widget, packed, state } = instance;
    console.log(widget.text(widget.open(packed), state));
    return;
  }
  const { displayInCell } = await import("./cell.js");
  await displayInCell(kernel, instance, editing);
}
