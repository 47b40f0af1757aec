// Browser code of all widgets, embedded in every notebook that shows one. A widget's script pushes its request onto the runtime's
// queue, before or after this code has arrived.
import type { Plotly } from "./frame/page";
import { type MountRequest, mounts } from "./kinds";

interface QueuedRequest extends MountRequest {
  readonly kind: string;
  readonly id: string;
}

declare const runtime: string;
const page = window as unknown as Record<string, unknown>;

async function mount(request: QueuedRequest): Promise<void> {
  const mountKind = mounts.get(request.kind);
  if (!mountKind) return;
  const plotly = (await page[`${runtime}Plotly`]) as Plotly;
  const context = { plotly, runtime: { name: runtime, script: String(page[`${runtime}Runtime`]) } };
  // a window may show the same notebook twice, so several elements may have this id
  for (const element of document.querySelectorAll<HTMLElement>(`[id="${request.id}"]:not([data-live])`)) {
    element.dataset.live = "true";
    const staticNodes = [...element.childNodes];
    try {
      await mountKind(element, request, context);
      for (const node of staticNodes) node.remove();
    } catch (error) {
      element.replaceChildren(...staticNodes);
      console.error(`The widget "${request.kind}" stays a static picture:`, error);
    }
  }
}

const queue = Array.isArray(page[runtime]) ? (page[runtime] as QueuedRequest[]) : [];
page[runtime] = { push: (request: QueuedRequest) => void mount(request) };
for (const request of queue) void mount(request);
