import {
  type DisplayOptions,
  type KernelAddress,
  type KernelLink,
  kernelLinkKey,
  type MimeBundle,
  type Question,
} from "../../widgets/shared/kernel-link";
import type { Comms } from "./comms";

/** Sends one message about the running cell to the front end. */
export type Publish = (type: string, content: object) => void;

/** Why the signal of an interrupted cell is aborted. */
export class CellInterrupted extends Error {
  override readonly name = "CellInterrupted";

  constructor() {
    super("the cell was interrupted");
  }
}

/** The kernel's side of {@link KernelLink}. */
export class Link implements KernelLink {
  cell = "";
  execution = 0;
  private publish: Publish = () => undefined;
  private controller: AbortController = new AbortController();
  private listened = false;

  /** @param onListen is told whether the running cell, once interrupted, wants to end by itself. */
  constructor(
    readonly address: KernelAddress | undefined,
    private readonly comms: Comms,
    private readonly onListen: (listens: boolean) => void,
  ) {}

  /** Makes this link visible to the code of cells. */
  install(): void {
    Object.defineProperty(globalThis, kernelLinkKey, { value: this });
  }

  /** A cell starts. */
  begin(cell: string, execution: number, publish: Publish): void {
    this.cell = cell;
    this.execution = execution;
    this.publish = publish;
    this.listens(false);
    if (this.controller.signal.aborted) this.controller = new AbortController();
  }

  display(bundle: MimeBundle, { metadata = {}, id, update = false }: DisplayOptions = {}): void {
    const type = update ? "update_display_data" : "display_data";
    this.publish(type, { data: bundle, metadata, transient: id ? { display_id: id } : {} });
  }

  clearOutput(wait = false): void {
    this.publish("clear_output", { wait });
  }

  answer<Request, Response>(
    question: Question<Request, Response>,
    handler: (request: Request) => Response | Promise<Response>,
  ): void {
    this.comms.answer(question, handler);
  }

  get signal(): AbortSignal {
    this.listens(!this.controller.signal.aborted);
    return this.controller.signal;
  }

  /** Tells the cell to stop. False when it does not listen or has been told before, and must be stopped from outside. */
  abort(): boolean {
    const first = this.listened;
    this.listens(false);
    this.controller.abort(new CellInterrupted());
    return first;
  }

  private listens(listens: boolean): void {
    this.listened = listens;
    this.onListen(listens);
  }
}
