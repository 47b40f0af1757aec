import { type AnotherSentence, contentFor } from "../shared/another-sentence";
import type { ControlValue } from "../shared/controls";
import { fittingWidth } from "../shared/figure";
import { escapeHtml } from "../shared/html";
import { widgetPage } from "../shared/html-page";
import { KernelClient } from "../shared/kernel-client";
import type { KernelAddress } from "../shared/kernel-link";
import { pdfQuestion } from "../shared/pdf-question";
import type { Theme } from "../shared/theme";
import type { DataTable, Part, Widget } from "../shared/widget";
import { ControlBar } from "./control-bar";
import { arrowBlob, base64Blob, csvBlob, download, drawingSvg, svgToPng } from "./download";
import { Drawing } from "./drawing";
import { menu } from "./menu";
import { make, onThemeChange, type Plotly, themeAround } from "./page";
import { sentenceForm } from "./sentence-form";
import { addStyle } from "./style";

/** Services of the page for all widgets. */
export interface PageContext {
  readonly plotly: Plotly;
  readonly runtime: { readonly name: string; readonly script: string };
}

/** A widget's data and state, and how it asks the kernel. */
interface MountedWidget<Packed, State> {
  readonly packed: Packed;
  readonly state: State;
  readonly address?: KernelAddress;
  readonly another?: AnotherSentence;
  /** Gets the state whenever the reader changes it. */
  readonly changed?: (state: State) => void;
}

/**
 * Makes a widget interactive inside `element`: its parts, its controls, a menu that saves the picture, and its text description.
 * @returns a function that removes it from the page
 */
export async function mountWidget<Packed, State extends object, Data>(
  element: HTMLElement,
  widget: Widget<Packed, State, Data>,
  request: MountedWidget<Packed, State>,
  { plotly, runtime }: PageContext,
): Promise<() => void> {
  let { packed, state } = request;
  let data = widget.open(packed);
  let parts: readonly Part[] = [];
  let theme: Theme = themeAround(element);
  let width = 0;

  addStyle();
  const bar = make("div", "pnr-bar", { role: "toolbar", "aria-label": "Figure controls" });
  const announcement = make("div", "pnr-said", { "aria-live": "polite" });
  const body = make("div", "");
  const text = make("pre", "");
  const description = make("details", "pnr-words", {}, make("summary", "", {}, "text description"), text);
  const root = make("div", "pnr", { role: "figure", tabindex: "0", "data-lm-suppress-shortcuts": "true" });

  const setState = (next: State | undefined): void => {
    if (next === undefined || next === state) return;
    state = next;
    redraw();
  };
  const choose = (next: State | undefined): void => {
    setState(next);
    request.changed?.(state);
  };
  const drawing = new Drawing(body, plotly, (value) => {
    if (value !== undefined) choose(widget.view?.click?.(data, state, value));
  });
  const controls = new ControlBar(bar, (name: string, value: ControlValue) => {
    choose(widget.view?.change(data, state, name, value));
  });
  const announce = (message: string): void => {
    announcement.textContent = message;
  };
  const describe = (): void => {
    if (description.open) text.textContent = widget.text(data, state);
  };
  const draw = latestOnly(async () => {
    const drawnState = state;
    theme = themeAround(element);
    width = element.clientWidth;
    parts = widget.build(data, drawnState, theme, width || undefined);
    body.style.setProperty("--pnr-width", `${fittingWidth(width || undefined)}`); // for printing
    controls.show(widget.view?.controls(data, drawnState) ?? []);
    const title = widget.title(data, drawnState);
    root.setAttribute("aria-label", title);
    await drawing.show(parts, theme);
    announce(title);
    describe();
  });
  const redraw = (): void => {
    draw().catch((error: unknown) => announce(`The figure could not be drawn: ${String(error)}`));
  };

  const client = new KernelClient(request.address);
  const pdf = async (): Promise<Blob> =>
    base64Blob(await client.ask(pdfQuestion, await svg()), "application/pdf");
  const table = (): DataTable => widget.table(data, state);
  const svg = () => drawingSvg(parts, theme, drawing, plotly);
  const page = async (): Promise<Blob> => {
    const { source } = await svg();
    const title = widget.title(data, state);
    const staticHtml = `<img alt="${escapeHtml(title)}" style="max-width:100%" src="data:image/svg+xml,${encodeURIComponent(source)}">`;
    const html = widgetPage({ kind: widget.kind, packed, state }, title, staticHtml, runtime);
    return new Blob([html], { type: "text/html" });
  };
  const entry = (label: string, extension: string, blob: () => Promise<Blob>) => ({
    label,
    run: async () => download(await blob(), `${table().name}.${extension}`),
  });
  const entries = [
    entry("SVG picture", "svg", async () => new Blob([(await svg()).source], { type: "image/svg+xml" })),
    entry("PNG picture", "png", async () => svgToPng(await svg())),
    { ...entry("PDF picture", "pdf", pdf), available: client.available() },
    ...(runtime.script ? [entry("HTML page", "html", page)] : []),
    entry("CSV table", "csv", async () => csvBlob(table())),
    entry("Arrow table", "arrow", async () => arrowBlob(table())),
  ];
  bar.append(menu("save", entries, announce));
  root.append(bar, body, announcement, description);
  description.addEventListener("toggle", describe);
  root.addEventListener("keydown", (event) => {
    if (event.target === root && controls.arrow(event.key)) event.preventDefault();
    event.stopPropagation(); // many keys are notebook shortcuts
  });
  let stopWatchingTheme: (() => void) | undefined;
  const watchTheme = (): void => {
    stopWatchingTheme ??= onThemeChange(watchTheme);
    if (themeAround(element).paper !== theme.paper) redraw();
  };
  const unwatchTheme = (): void => {
    stopWatchingTheme?.();
    stopWatchingTheme = undefined;
  };
  // A notebook removes cells that scroll out of sight from the page; until they come back, no listener may hold the widget.
  const size = new ResizeObserver(() => {
    if (!element.isConnected) return unwatchTheme();
    watchTheme();
    if (element.clientWidth !== width) redraw();
  });
  size.observe(element);

  root.style.cssText = "position:absolute;visibility:hidden"; // the static picture stays visible until all is drawn
  element.append(root);
  await draw();
  root.style.cssText = "";
  watchTheme();
  const showContent = (content: { readonly packed: unknown; readonly state: object }): void => {
    packed = content.packed as Packed; // made by the same widget
    data = widget.open(packed);
    setState(content.state as State);
  };
  const { retrace } = widget;
  const form = await sentenceForm(request.another, client, {
    state: () => state,
    retrace: retrace && ((model, typed, state) => contentFor(typed, state, retrace(model, request.packed))),
    show: showContent,
    announce,
  });
  if (form) body.before(form);
  return () => {
    size.disconnect();
    unwatchTheme();
    controls.stop();
    drawing.clear();
    root.remove();
  };
}

/** Runs a task, and again afterwards if it was requested in the meantime; further requests in between are dropped. */
export function latestOnly(task: () => Promise<void>): () => Promise<void> {
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
