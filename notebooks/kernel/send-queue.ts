import type { MessageLike, Publisher, Router } from "zeromq";
import { reason } from "../../src/base/files";
import { log } from "./cell-streams";

/**
 * Sends messages in order. A socket refuses a message while another is on its way. Otherwise messages leave at once, so that the
 * output of a loop that never waits appears while it runs.
 */
export class SendQueue {
  private readonly waiting: MessageLike[][] = [];
  private last: Promise<void> = Promise.resolve();

  constructor(private readonly socket: Publisher | Router) {}

  send(frames: MessageLike[]): void {
    if (!this.waiting.length && this.trySend(frames)) return;
    if (this.waiting.push(frames) === 1) void this.drain();
  }

  /** False if the socket is busy. */
  private trySend(frames: MessageLike[]): boolean {
    try {
      this.last = this.socket.send(frames).catch((error) => this.reportLoss(error));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EBUSY") return false;
      this.reportLoss(error);
    }
    return true;
  }

  private async drain(): Promise<void> {
    while (this.waiting.length) {
      await this.last;
      if (this.trySend(this.waiting[0])) this.waiting.shift();
      else await new Promise(setImmediate);
    }
  }

  private reportLoss(error: unknown): void {
    if (!this.socket.closed) log(`The kernel lost a message: ${reason(error)}`);
  }
}
