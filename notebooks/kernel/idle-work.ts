const millisecondsOfIdleness = 400;

/** Steps of work that can wait. Each runs after the kernel had nothing else to do for a while, so that no cell waits for all of them. */
export class IdleWork {
  private readonly steps: (() => void)[];
  private requests = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(...steps: (() => void)[]) {
    this.steps = steps;
  }

  /** The kernel starts to answer a request. */
  begin(): void {
    this.requests++;
    clearTimeout(this.timer);
  }

  /** The kernel has answered a request. */
  end(): void {
    if (--this.requests === 0) this.wait();
  }

  private wait(): void {
    if (this.steps.length) this.timer = setTimeout(() => this.runStep(), millisecondsOfIdleness).unref();
  }

  private runStep(): void {
    try {
      this.steps.shift()?.();
    } catch {
      // The next request that needs the result of the step repeats the step and reports the error.
    }
    this.wait();
  }
}
