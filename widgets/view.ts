// Browser side of all widgets, bundled into every notebook that shows one. A widget's script pushes its kind, the id
// of its element and its data onto `window.pnrWidgets`, before or after this code has arrived.
import { attentionView } from "./attention/view";
import { buildScoresByLength } from "./scores-by-length/build";
import { figureView, type PlotlyView, themeAround, type View } from "./shared/view-frame";
import { buildTrainingCurves } from "./training-curves/build";
import { buildTrajectories } from "./trajectories/build";

interface Request {
  readonly kind: string;
  readonly id: string;
  readonly data: unknown;
}

interface Page {
  pnrPlotly: Promise<PlotlyView>;
  pnrWidgets?: { push(request: Request): void } | Request[];
}

const views: Readonly<Record<string, View<never>>> = {
  attention: attentionView,
  "scores-by-length": figureView(buildScoresByLength),
  "training-curves": figureView(buildTrainingCurves),
  trajectories: figureView(buildTrajectories),
};

const page = window as unknown as Page;

/** The same notebook may be open twice in one window, hence all elements of that id. */
async function mount({ kind, id, data }: Request): Promise<void> {
  for (const element of document.querySelectorAll<HTMLElement>(`[id="${id}"]:not([data-live])`)) {
    element.dataset.live = "true";
    const still = [...element.childNodes];
    try {
      await views[kind](element, data as never, await page.pnrPlotly, themeAround(element));
    } catch (error) {
      element.replaceChildren(...still);
      console.error(`The widget "${kind}" stays a picture:`, error);
    }
  }
}

const waiting = Array.isArray(page.pnrWidgets) ? page.pnrWidgets : [];
page.pnrWidgets = { push: (request: Request) => void mount(request) };
for (const request of waiting) void mount(request);
