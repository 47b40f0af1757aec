// Browser side of all widgets, bundled into every notebook that shows one. A widget's script pushes what it is and what
// it shows onto the runtime's queue, before or after this code has arrived.
import { attentionWidget } from "./attention/widget";
import { corpusProfileWidget } from "./corpus-profile/widget";
import { mountWidget, type Surroundings } from "./frame/mount";
import type { Plotly } from "./frame/page";
import { scoresByLengthWidget } from "./scores-by-length/widget";
import { sentenceWidget } from "./sentence/widget";
import type { Another } from "./shared/another";
import type { Widget } from "./shared/widget";
import { sweepCurvesWidget } from "./sweep-curves/widget";
import { sweepTableWidget } from "./sweep-table/widget";
import { tableWidget } from "./table/widget";
import { trainingCurvesWidget } from "./training-curves/widget";
import { trajectoriesWidget } from "./trajectories/widget";

interface Request {
  readonly kind: string;
  readonly id: string;
  readonly packed: unknown;
  readonly state: object;
  readonly another?: Another;
}

type Mount = (element: HTMLElement, request: Request, surroundings: Surroundings) => Promise<() => void>;

/** Requests are JSON that the widget itself has written. */
function mountable<Packed, State extends object, Data>(
  widget: Widget<Packed, State, Data>,
): [kind: string, mount: Mount] {
  const mount: Mount = (element, { packed, state, another }, surroundings) =>
    mountWidget(element, widget, { packed: packed as Packed, state: state as State, another }, surroundings);
  return [widget.kind, mount];
}

const mounts: ReadonlyMap<string, Mount> = new Map<string, Mount>([
  mountable(attentionWidget),
  mountable(corpusProfileWidget),
  mountable(scoresByLengthWidget),
  mountable(sentenceWidget),
  mountable(sweepCurvesWidget),
  mountable(sweepTableWidget),
  mountable(tableWidget),
  mountable(trainingCurvesWidget),
  mountable(trajectoriesWidget),
]);

declare const runtime: string;
const page = window as unknown as Record<string, unknown>;

async function mount(request: Request): Promise<void> {
  const mountKind = mounts.get(request.kind);
  if (!mountKind) return;
  const plotly = (await page[`${runtime}Plotly`]) as Plotly;
  const surroundings = { plotly, runtime: { name: runtime, script: String(page[`${runtime}Runtime`]) } };
  // the same notebook may be open twice in one window, hence all elements of that id
  for (const element of document.querySelectorAll<HTMLElement>(`[id="${request.id}"]:not([data-live])`)) {
    element.dataset.live = "true";
    const still = [...element.childNodes];
    try {
      await mountKind(element, request, surroundings);
      for (const node of still) node.remove();
    } catch (error) {
      element.replaceChildren(...still);
      console.error(`The widget "${request.kind}" stays a picture:`, error);
    }
  }
}

const waiting = Array.isArray(page[runtime]) ? (page[runtime] as Request[]) : [];
page[runtime] = { push: (request: Request) => void mount(request) };
for (const request of waiting) void mount(request);
