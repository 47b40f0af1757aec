import { answerAnother, type MakeAnother } from "./another";
import { widgetForms } from "./bundle";
import { kernelLink } from "./kernel-link";
import { embedRuntime, runtime } from "./runtime";
import type { Shown } from "./widget";

let displays = 0;

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
  const name = `${++displays}`;
  const another = make && answerAnother(kernel, name, make);
  const { bundle, width } = await widgetForms(shown, name, runtime().name, another);
  embedRuntime(kernel);
  kernel.display(bundle, { metadata: { "image/png": { width } } });
}
