import type { MessageLike, Publisher, Router } from "zeromq";
import { reason } from "../../src/base/files";
import { log } from "./streams";

/**
 * Sends messages in order. A socket refuses one while another is on its way; as long as it does not, messages leave at
 * once, so that what a cell prints in a loop that never waits is seen while it loops.
 */
export class Outlet {
  private readonly waiting: MessageLike[][] = [];
  private last: Promise<void> = Promise.resolve();

  constructor(private readonly socket: Publisher | Router) {}

  send(frames: MessageLike[]): void {
    if (!this.waiting.length && this.sent(frames)) return;
    if (this.waiting.push(frames) === 1) void this.drain();
  }

  /** False when the socket is busy. */
  private sent(frames: MessageLike[]): boolean {
    try {
      this.last = this.socket.send(frames).catch((error) => this.lost(error));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EBUSY") return false;
      this.lost(error);
    }
    return true;
  }

  private async drain(): Promise<void> {
    while (this.waiting.length) {
      await this.last;
      if (this.sent(this.waiting[0])) this.waiting.shift();
      else await new Promise(setImmediate);
    }
  }

  private lost(error: unknown): void {
    if (!this.socket.closed) log(`The kernel lost a message: ${reason(error)}`);
  }
}
