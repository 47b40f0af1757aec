/** MIME type to content; binary content is base64. */
export type MimeBundle = Readonly<Record<string, string>>;

export interface DisplayOptions {
  /** Per MIME type, e.g. `{ "image/png": { width: 720 } }`. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Names the display so that a later call can replace it. */
  readonly id?: string;
  /** Replaces the display of the same `id` instead of adding one. */
  readonly update?: boolean;
}

/** What our notebook kernel offers to library code that runs inside a cell. */
export interface KernelLink {
  /** Shows one output, in as many MIME types as the bundle holds. */
  display(bundle: MimeBundle, options?: DisplayOptions): void;
  /** Empties the running cell's output; `wait` delays that until the next output arrives. */
  clearOutput(wait?: boolean): void;
  /** Aborted when the user interrupts the running cell. A cell that has asked for it is given the time to stop by itself. */
  readonly signal: AbortSignal;
  /** Names the running cell: the front end's cell id or, where it sends none, the cell's text. */
  readonly cell: string;
  /** Execution count of the running cell. */
  readonly execution: number;
}

/** The kernel publishes its link under this key of `globalThis`, so that neither side needs to load the other. */
export const kernelLinkKey: unique symbol = Symbol.for("pnr.kernel");

/** The link to the kernel that runs this code; undefined in plain Node and in other kernels. */
export function kernelLink(): KernelLink | undefined {
  return (globalThis as { [kernelLinkKey]?: KernelLink })[kernelLinkKey];
}
