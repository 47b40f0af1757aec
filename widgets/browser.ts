// The widgets as one module for your own page: dist/widgets/browser.bundle.mjs, without the engine and without Node. It works with a
// bundler or as it is.
import type { Plotly } from "./frame/page";
import { mounts } from "./kinds";

export type { Trace } from "../src/detector/trace-types";
export type { Plotly } from "./frame/page";
export * from "./index";

/** A widget such as `attention(trace)`, or its JSON. */
export interface Mountable {
  readonly widget: { readonly kind: string };
  readonly packed: unknown;
  readonly state: object;
}

/**
 * Makes a widget interactive inside an element: `mount(element, attention(trace), plotly)`, or
 * `mount(element, JSON.parse(stored), plotly)` with the stored `JSON.stringify(attention(trace))`.
 * @param plotly not needed for widgets without figures, such as `sentence`, `table` and `errors`
 * @param changed gets the widget's state whenever the reader changes it, for example to store it
 * @returns a function that removes it from the page
 * @throws RangeError for an unknown kind of widget
 */
export async function mount(
  element: HTMLElement,
  { widget: { kind }, packed, state }: Mountable,
  plotly: Plotly = missingPlotly,
  changed?: (state: object) => void,
): Promise<() => void> {
  const mountKind = mounts.get(kind);
  if (!mountKind)
    throw new RangeError(`kind: "${kind}" is not a widget; there are ${[...mounts.keys()].join(", ")}`);
  const runtime = { name: "", script: "" }; // only saved pages would need it
  return await mountKind(element, { packed, state, changed }, { plotly, runtime });
}

const requirePlotly = (): never => {
  throw new Error(
    'This widget draws with plotly: mount(element, widget, plotly), with plotly from "plotly.js-cartesian-dist-min".',
  );
};

const missingPlotly: Plotly = { react: requirePlotly, toImage: requirePlotly, purge: () => {} };
