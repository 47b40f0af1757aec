import { answerAnother, type MakeAnother } from "./another";
import { widgetForms } from "./bundle";
import type { Figure } from "./figure";
import { kernelLink } from "./kernel-link";
import { embedRuntime, runtime } from "./runtime";
import type { Shown, Widget } from "./widget";

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

/** A widget that has not moved to the frame yet. */
export interface Still {
  readonly kind: string;
  readonly data: unknown;
  readonly figure: Figure;
  readonly text: string;
  readonly above?: string;
}

export async function showWidget({ kind, data, figure, text }: Still): Promise<void> {
  const widget: Widget<unknown, object> = {
    kind,
    open: (packed) => packed,
    title: () => kind,
    build: () => [{ figure }],
    text: () => text,
    table: () => ({ name: kind, columns: {} }),
  };
  await display({ widget, packed: data, state: {} });
}

export function showHtml(html: string, text: string): void {
  const kernel = kernelLink();
  if (kernel) kernel.display({ "text/html": html, "text/plain": text });
  else console.log(text);
}
