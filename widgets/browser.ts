// The widgets for a page of one's own: as dist/widgets/browser.bundle.mjs one module that asks for nothing else, no engine and
// nothing of Node, for a bundler or as it is.
import type { Plotly } from "./frame/page";
import { mounts } from "./kinds";

export type { Trace } from "../src/detector/trace-types";
export type { Plotly } from "./frame/page";
export * from "./index";

/** What a widget's function gives, as `attention(trace)`, and also what JSON has kept of that. */
export interface Mountable {
  readonly widget: { readonly kind: string };
  readonly packed: unknown;
  readonly state: object;
}

/**
 * Brings a widget to life inside an element: `mount(element, attention(trace), plotly)`, or `mount(element, JSON.parse(stored), plotly)` of what
 * `JSON.stringify(attention(trace))` has stored elsewhere.
 * @param plotly for the widgets that draw with it: all but `sentence`, `table` and `sweepTable`
 * @returns what takes it off the page again
 * @throws RangeError for no widget's kind
 */
export async function mount(
  element: HTMLElement,
  { widget: { kind }, packed, state }: Mountable,
  plotly: Plotly = missing,
): Promise<() => void> {
  const mountKind = mounts.get(kind);
  if (!mountKind)
    throw new RangeError(`kind: "${kind}" is no widget; there are ${[...mounts.keys()].join(", ")}`);
  const runtime = { name: "", script: "" }; // pages that are saved would need a copy of it
  return await mountKind(element, { packed, state }, { plotly, runtime });
}

const refuse = (): never => {
  throw new Error(
    'This widget draws with plotly: mount(element, shown, plotly), with plotly from "plotly.js-cartesian-dist-min".',
  );
};

const missing: Plotly = { react: refuse, toImage: refuse, purge: () => {} };
