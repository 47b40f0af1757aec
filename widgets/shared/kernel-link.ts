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

/** What can be asked of the kernel and answered by it. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json | undefined };

/** Name of a question that widgets ask the kernel, with the types of what is sent and of what comes back. */
export type Question<Request = unknown, Response = unknown> = string & {
  /** Never there; carries the types. */
  readonly asked?: (request: Request) => Response;
};

/** Where a page that a Jupyter server shows finds this kernel: what a widget's data must carry to ask it. */
export interface KernelAddress {
  /** The server's id of the kernel. */
  readonly kernel: string;
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
  /** Undefined where no Jupyter server started the kernel, so that nothing can ask it. */
  readonly address: KernelAddress | undefined;
  /**
   * Answers a question that the kernel client of a widget asks; a later answer to the same question takes over. What the
   * handler throws reaches the widget as one line.
   */
  answer<Request, Response>(
    question: Question<Request, Response>,
    handler: (request: Request) => Response | Promise<Response>,
  ): void;
}

/** The kernel publishes its link under this key of `globalThis`, so that neither side needs to load the other. */
export const kernelLinkKey: unique symbol = Symbol.for("pnr.kernel");

/** The link to the kernel that runs this code; undefined in plain Node and in other kernels. */
export function kernelLink(): KernelLink | undefined {
  return (globalThis as { [kernelLinkKey]?: KernelLink })[kernelLinkKey];
}
