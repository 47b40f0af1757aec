import type { MakeWidget } from "./another-sentence";
import { kernelLink } from "./kernel-link";
import type { WidgetInstance } from "./widget";

/**
 * Shows a widget in the running cell; outside our kernel, prints its text description.
 * @param make makes the widget for a sentence that the reader types, while the kernel runs
 */
export async function display<Packed, State extends object, Data>(
  instance: WidgetInstance<Packed, State, Data>,
  make?: MakeWidget<Packed, State, Data>,
): Promise<void> {
  const kernel = kernelLink();
  if (!kernel) {
    const { widget, packed, state } = instance;
    console.log(widget.text(widget.open(packed), state));
    return;
  }
  const { displayInCell } = await import("./cell.js");
  await displayInCell(kernel, instance, make);
}
