/** Target of the comms by which widgets ask the kernel. */
export const askTarget = "pnr.ask";

/** Data of a comm message that asks. */
export interface Asked {
  /** Comes back with the answer. */
  readonly id: string;
  readonly question: string;
  readonly request: unknown;
}

/** Data of the comm message that answers. */
export type Answered =
  | { readonly id: string; readonly response: unknown }
  | { readonly id: string; readonly error: string };
