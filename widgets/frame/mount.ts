import type { Another } from "../shared/another";
import { escapeHtml } from "../shared/html";
import { widgetPage } from "../shared/html-page";
import type { Theme } from "../shared/theme";
import type { ControlValue, DataTable, Part, Widget } from "../shared/widget";
import { anotherField } from "./another";
import { Controls } from "./controls";
import { Drawing } from "./draw";
import { type Entry, menu } from "./menu";
import { make, onThemeChange, type Plotly, themeAround } from "./page";
import { arrowBlob, csvBlob, download, shownSvg, svgToPng } from "./save";
import { addStyle } from "./style";

/** What the page has for every widget. */
export interface Surroundings {
  readonly plotly: Plotly;
  readonly runtime: { readonly name: string; readonly script: string };
}

/**
 * Brings a widget to life inside `element`: its parts, its controls, a menu to save what is shown, its words for screen
 * readers. @returns what takes it off the page again
 */
export async function mountWidget<Packed, State extends object, Data>(
  element: HTMLElement,
  widget: Widget<Packed, State, Data>,
  request: { readonly packed: Packed; readonly state: State; readonly another?: Another },
  surroundings: Surroundings,
): Promise<() => void> {
  const { plotly, runtime } = surroundings;
  let { packed, state } = request;
  let data = widget.open(packed);
  let parts: readonly Part[] = [];
  let theme: Theme = themeAround(element);
  let width = 0;

  addStyle();
  const bar = make("div", "pnr-bar", { role: "toolbar", "aria-label": "What the figure shows" });
  const said = make("div", "pnr-said", { "aria-live": "polite" });
  const body = make("div", "");
  const words = make("pre", "");
  const inWords = make("details", "pnr-words", {}, make("summary", "", {}, "in words"), words);
  const root = make("div", "pnr", { role: "figure", tabindex: "0", "data-lm-suppress-shortcuts": "true" });

  const become = (next: State | undefined): void => {
    if (next === undefined || next === state) return;
    state = next;
    redraw();
  };
  const drawing = new Drawing(body, plotly, (value) => {
    if (value !== undefined) become(widget.view?.click?.(data, state, value));
  });
  const controls = new Controls(bar, (name: string, value: ControlValue) => {
    become(widget.view?.change(data, state, name, value));
  });
  const say = (text: string): void => {
    said.textContent = text;
  };
  const tell = (): void => {
    if (inWords.open) words.textContent = widget.text(data, state);
  };
  const draw = latestOnly(async () => {
    const drawn = state;
    theme = themeAround(element);
    parts = widget.build(data, drawn, theme);
    controls.show(widget.view?.controls(data, drawn) ?? []);
    const title = widget.title(data, drawn);
    root.setAttribute("aria-label", title);
    width = element.clientWidth;
    await drawing.show(parts, theme, width || Number.POSITIVE_INFINITY);
    say(title);
    tell();
  });

  const redraw = (): void => {
    draw().catch((error: unknown) => say(`The figure could not be drawn: ${String(error)}`));
  };

  const table = (): DataTable => widget.table(data, state);
  const svg = () => shownSvg(parts, theme, drawing, plotly);
  const file = (ending: string): string => `${table().name}.${ending}`;
  const page = async (): Promise<Blob> => {
    const { source } = await svg();
    const still = `<img alt="${escapeHtml(widget.title(data, state))}" style="max-width:100%" src="data:image/svg+xml,${encodeURIComponent(source)}">`;
    return new Blob(
      [widgetPage({ kind: widget.kind, packed, state }, widget.title(data, state), still, runtime)],
      { type: "text/html" },
    );
  };
  const entries: Entry[] = [
    {
      label: "SVG picture",
      run: async () => download(new Blob([(await svg()).source], { type: "image/svg+xml" }), file("svg")),
    },
    { label: "PNG picture", run: async () => download(await svgToPng(await svg()), file("png")) },
    ...(runtime.script
      ? [{ label: "HTML page", run: async () => download(await page(), file("html")) }]
      : []),
    { label: "CSV table", run: async () => download(csvBlob(table()), file("csv")) },
    { label: "Arrow table", run: async () => download(arrowBlob(table()), file("arrow")) },
  ];
  bar.append(menu("save", entries, say));
  root.append(bar, body, said, inWords);
  inWords.addEventListener("toggle", tell);
  root.addEventListener("keydown", (event) => {
    if (event.target === root && controls.arrow(event.key)) event.preventDefault();
    event.stopPropagation(); // a notebook has commands on many keys
  });
  let stopFollowing: (() => void) | undefined;
  const follow = (): void => {
    stopFollowing ??= onThemeChange(follow);
    if (themeAround(element).paper !== theme.paper) redraw();
  };
  const rest = (): void => {
    stopFollowing?.();
    stopFollowing = undefined;
  };
  // off the page, where a notebook also puts cells that are out of sight, nothing of the page holds on to the widget
  const size = new ResizeObserver(() => {
    if (!element.isConnected) return rest();
    follow();
    if (element.clientWidth !== width) redraw();
  });
  size.observe(element);
  const unmount = (): void => {
    size.disconnect();
    rest();
    controls.stop();
    drawing.clear();
    root.remove();
  };

  root.style.cssText = "position:absolute;visibility:hidden"; // what stands there already stays until all is drawn
  element.append(root);
  await draw();
  root.style.cssText = "";
  follow();
  const field = await anotherField(
    request.another,
    (made) => {
      packed = made.packed as Packed; // written by the same widget, in the kernel
      data = widget.open(packed);
      become(made.state as State);
    },
    say,
  );
  if (field) body.before(field);
  return unmount;
}

/** Runs a task now, and once more after it when it was asked for in the meantime: what comes between is never seen. */
function latestOnly(task: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let again = false;
  const run = async (): Promise<void> => {
    try {
      do {
        again = false;
        await task();
      } while (again);
    } finally {
      running = undefined;
    }
  };
  return () => {
    again = true;
    running ??= run();
    return running;
  };
}
