import type { MakeAnother } from "./another";
import { kernelLink } from "./kernel-link";
import type { Shown } from "./widget";

/**
 * Shows a widget in the running cell; outside our kernel, prints its text.
 * @param make what the widget becomes for a sentence that its reader types; asked for only while the kernel runs
 */
export async function display<Packed, State extends object, Data>(
  shown: Shown<Packed, State, Data>,
  make?: MakeAnother<Packed, State, Data>,
): Promise<void> {
  const kernel = kernelLink();
  if (!kernel) {
    console.log(shown.widget.text(shown.widget.open(shown.packed), shown.state));
    return;
  }
  // large, for it makes pictures without a browser; and what pages get has none of it (src/setup.mjs)
  const { displayInCell } = await import("./cell.js");
  await displayInCell(kernel, shown, make);
}
