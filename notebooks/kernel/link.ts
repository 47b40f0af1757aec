import {
  type DisplayOptions,
  type KernelAddress,
  type KernelLink,
  kernelLinkKey,
  type MimeBundle,
  type Question,
} from "../../widgets/shared/kernel-link";
import type { Comms } from "./comms";
import type { Publish } from "./wire";

/** The reason with which an interrupted cell's signal is aborted. */
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
  private isListening = false;

  /** @param onListen called with true if the running cell reacts to an interrupt by itself, else false */
  constructor(
    readonly address: KernelAddress | undefined,
    private readonly comms: Comms,
    private readonly onListen: (isListening: boolean) => void,
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
    this.setListening(false);
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
    this.setListening(!this.controller.signal.aborted);
    return this.controller.signal;
  }

  /** Aborts the cell's signal. False if the cell does not listen or was aborted before, and must be stopped from outside. */
  abort(): boolean {
    const wasListening = this.isListening;
    this.setListening(false);
    this.controller.abort(new CellInterrupted());
    return wasListening;
  }

  private setListening(isListening: boolean): void {
    this.isListening = isListening;
    this.onListen(isListening);
  }
}
