// The widgets for notebooks with another language's kernel, as the module that the Python package anywidget loads: everything inlined.
import plotly from "plotly.js-cartesian-dist-min";
import { type Mountable, mount, type Plotly } from "../browser";

/** The part of anywidget's model that we use. */
interface Model {
  get(name: string): unknown;
}

/** The data from `pnr_anywidget.py`: the JSON of a widget, or a page as HTML. */
type Content = { readonly widget: string } | { readonly page: string; readonly height: number };

/** Draws the content of a model in an element. @returns a function that removes it, which anywidget calls */
async function render({ model, el }: { model: Model; el: HTMLElement }): Promise<() => void> {
  const content = model.get("content") as Content;
  if ("widget" in content) {
    const widget: Mountable = JSON.parse(content.widget);
    return mount(el, widget, plotly as Plotly);
  }
  const frame = document.createElement("iframe");
  frame.title = "A page with a model";
  frame.setAttribute("sandbox", "allow-scripts allow-downloads allow-modals");
  frame.style.cssText = `width: 100%; height: ${content.height}px; border: 0`;
  // Not srcdoc: a page with such an address cannot keep its state in the fragment.
  frame.src = URL.createObjectURL(new Blob([content.page], { type: "text/html" }));
  el.append(frame);
  return () => {
    URL.revokeObjectURL(frame.src);
    frame.remove();
  };
}

export default { render };
