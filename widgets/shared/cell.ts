import { answerAnother, type MakeAnother } from "./another";
import { widgetForms } from "./bundle";
import type { KernelLink } from "./kernel-link";
import { embedRuntime, runtime } from "./runtime";
import type { Shown } from "./widget";

let displays = 0;

/** Shows a widget in the running cell of our kernel, in all its forms. */
export async function displayInCell<Packed, State extends object, Data>(
  kernel: KernelLink,
  shown: Shown<Packed, State, Data>,
  make?: MakeAnother<Packed, State, Data>,
): Promise<void> {
  const name = `${++displays}`;
  const another = make && answerAnother(kernel, name, make);
  const { bundle, width } = await widgetForms(shown, name, runtime().name, another);
  embedRuntime(kernel);
  kernel.display(bundle, { metadata: { "image/png": { width } } });
}
