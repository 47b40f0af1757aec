/** Content by MIME type; binary content is base64. */
export type MimeBundle = Readonly<Record<string, string>>;

export interface DisplayOptions {
  /** By MIME type, e.g. `{ "image/png": { width: 720 } }`. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Names the display so that a later call can replace it. */
  readonly id?: string;
  /** Replaces the display of the same `id` instead of adding one. */
  readonly update?: boolean;
}

/** The content of requests and responses. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json | undefined };

/** Name of a question that widgets ask the kernel, with the types of request and response. */
export type Question<Request = unknown, Response = unknown> = string & {
  /** Never set; carries the types. */
  readonly types?: (request: Request) => Response;
};

/** Target of the comms over which widgets ask the kernel. */
export const questionTarget = "pnr.ask";

/** Data of the comm message that asks. */
export interface QuestionMessage {
  /** The answer has the same id. */
  readonly id: string;
  readonly question: string;
  readonly request: unknown;
}

/** Data of the comm message that answers. */
export type AnswerMessage =
  | { readonly id: string; readonly response: unknown }
  | { readonly id: string; readonly error: string };

/** How a page of a Jupyter server finds this kernel; part of the data of a widget that asks it. */
export interface KernelAddress {
  /** The kernel's id on the server. */
  readonly kernel: string;
}

/** The interface of our notebook kernel for library code that runs inside a cell. */
export interface KernelLink {
  /** Shows one output in all MIME types of the bundle. */
  display(bundle: MimeBundle, options?: DisplayOptions): void;
  /** Clears the running cell's output; with `wait`, only when the next output arrives. */
  clearOutput(wait?: boolean): void;
  /**
   * Aborted when the user interrupts the running cell. The kernel does not stop a cell that reads this signal; the cell must stop
   * by itself.
   */
  readonly signal: AbortSignal;
  /** Identifies the running cell: the front end's cell id or, if it sends none, the cell's text. */
  readonly cell: string;
  /** Execution count of the running cell. */
  readonly execution: number;
  /** Undefined if no Jupyter server started the kernel, so that no page can reach it. */
  readonly address: KernelAddress | undefined;
  /**
   * Registers the handler of a question, replacing an earlier one. An error that it throws reaches the widget as one line.
   */
  answer<Request, Response>(
    question: Question<Request, Response>,
    handler: (request: Request) => Response | Promise<Response>,
  ): void;
}

/** Key of the link in `globalThis`. The kernel puts it there, so neither side has to load the other. */
export const kernelLinkKey: unique symbol = Symbol.for("pnr.kernel");

/** The link to the kernel that runs this code; undefined in plain Node and in other kernels. */
export function kernelLink(): KernelLink | undefined {
  return (globalThis as { [kernelLinkKey]?: KernelLink })[kernelLinkKey];
}
