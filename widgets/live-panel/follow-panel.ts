// Browser code of a live panel (`live-panel.ts`). Jupyter sends updates only to the page that ran the cell. If a panel is not updated for
// a while, this may be a page that was opened later, and the panel follows the kernel by itself.
import { KernelClient } from "../shared/kernel-client";
import { type FollowedPanel, noteId, panelQuestion } from "./panel-question";

declare const panel: FollowedPanel;

/** Milliseconds without an update after which a panel follows the kernel. */
const patience = 3000;

/** Removes the note for pages in which this script does not run. Each update of a running panel has it. */
function removeNotes(root: ParentNode): void {
  for (const note of root.querySelectorAll(`[id="${noteId(panel.id)}"]`)) note.remove();
}

removeNotes(document);

const client = new KernelClient(panel.address);
/** A window may show the same notebook twice. */
let elements = [...document.querySelectorAll<HTMLElement>(`[id="${panel.id}"]`)];

/** Whether an element is still there. Jupyter replaces it when it updates the panel. */
const isThere = (element: HTMLElement): boolean => element.parentNode !== null;

function replace(html: string): void {
  elements = elements.filter(isThere).map((element) => {
    const next = document.createElement("div");
    next.innerHTML = html;
    removeNotes(next);
    element.replaceWith(next);
    return next;
  });
}

const isComplete = (html: string): boolean => !html.includes(panel.id);

function addNote(text: string): void {
  for (const element of elements) {
    const note = document.createElement("div");
    note.textContent = text;
    note.style.cssText = "font-size:13px;margin:6px 0;font-style:italic";
    element.append(note);
  }
}

async function follow(): Promise<void> {
  if (!client.hasServer || !elements.some(isThere)) return;
  const html = (await client.available()) ? await client.ask(panelQuestion, panel.id) : null;
  if (html === null) return addNote("This cell has stopped. Run it again to resume.");
  await new Promise<void>((resolve) => {
    const show = (next: string): void => {
      replace(next);
      if (!isComplete(next) && elements.length) return;
      stop();
      resolve();
    };
    const stop = client.watch(panel.id, show);
    show(html);
  });
  addNote("This page was opened while the cell ran. Run the cell again to show its other outputs.");
}

setTimeout(() => void follow().catch((error: unknown) => addNote(String(error))), patience);
