import type { KernelLink, MimeBundle } from "../shared/kernel-link";
import { panelQuestion } from "./panel-question";

const millisecondsBetweenUpdates = 250;

/** The latest HTML of this kernel's panels by id. */
const latest = new Map<string, string>();

/**
 * A display that is updated while its cell runs. Jupyter updates it only in the page that ran the cell. A page that is opened later
 * follows the kernel instead, by a script that the display has until it is complete.
 */
export class LivePanel {
  private readonly id = `pnr-panel-${crypto.randomUUID()}`;
  private updates = 0;
  private updatedAt = 0;
  /** Empty until it is loaded, and if no page can reach the kernel. */
  private script = "";

  constructor(
    private readonly kernel: KernelLink,
    /** The current time in milliseconds. */
    private readonly now: () => number,
  ) {
    const { id } = this;
    const { address } = kernel;
    kernel.answer(panelQuestion, (asked) => latest.get(asked) ?? null);
    if (address)
      void import("../shared/cell.js").then((cell) => (this.script = cell.followScript({ id, address })));
  }

  /** Whether the panel is displayed. */
  get isShown(): boolean {
    return this.updates > 0;
  }

  /** Whether the last update is old enough for another one. */
  get isDue(): boolean {
    return !this.isShown || this.now() - this.updatedAt >= millisecondsBetweenUpdates;
  }

  /** Shows the current state of the running cell. */
  update(html: string, text: string): void {
    this.show(`<div id="${this.id}">${html}</div>`, { "text/plain": text }, this.script);
  }

  /** Shows the final state of the cell. */
  complete(html: string, others: MimeBundle, metadata?: Readonly<Record<string, unknown>>): void {
    this.show(html, others, "", metadata);
  }

  private show(
    html: string,
    others: MimeBundle,
    script: string,
    metadata?: Readonly<Record<string, unknown>>,
  ): void {
    latest.set(this.id, html);
    const bundle = { "text/html": `${html}${script}`, ...others };
    this.kernel.display(bundle, { id: this.id, update: this.isShown, metadata });
    this.updates++;
    this.updatedAt = this.now();
  }
}
