// Browser side of all widgets, bundled into every notebook that shows one. A widget's script pushes what it is and what
// it shows onto the runtime's queue, before or after this code has arrived.
import type { Plotly } from "./frame/page";
import { mounts, type Packed } from "./kinds";

interface Request extends Packed {
  readonly kind: string;
  readonly id: string;
}

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
