// The widgets for a page of one's own: as dist/widgets/browser.bundle.mjs one module that asks for nothing else, no engine and
// nothing of Node, for a bundler or as it is.
import { mountWidget } from "./frame/mount";
import type { Plotly } from "./frame/page";
import type { Shown } from "./shared/widget";

export type { Trace } from "../src/detector/trace-types";
export type { Plotly } from "./frame/page";
export * from "./index";
export type { Shown } from "./shared/widget";

/**
 * Brings a widget to life inside an element, as `mount(element, attention(trace))`.
 * @param plotly for the widgets that draw with it: all but attention, sentence and the tables
 * @returns what takes it off the page again
 */
export function mount<Packed, State extends object, Data>(
  element: HTMLElement,
  { widget, packed, state }: Shown<Packed, State, Data>,
  plotly: Plotly = missing,
): Promise<() => void> {
  const runtime = { name: "", script: "" }; // pages that are saved would need a copy of it
  return mountWidget(element, widget, { packed, state }, { plotly, runtime });
}

const refuse = (): never => {
  throw new Error(
    'This widget draws with plotly: mount(element, shown, plotly), with plotly from "plotly.js-dist-min".',
  );
};

const missing: Plotly = { react: refuse, toImage: refuse, purge: () => {} };
