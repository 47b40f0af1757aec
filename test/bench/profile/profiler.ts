/** What time is spent on. */
export interface Activity {
  /** Part of the model or of the step. */
  readonly module: string;
  readonly direction: "forward" | "backward";
  /** Kernel of the engine, or what runs between two kernels. */
  readonly kernel: string;
}

/** All time spent on one activity. */
export interface Entry extends Activity {
  readonly nanoseconds: number;
  /** The number of calls of its kernel. */
  readonly calls: number;
  /** Floating-point operations of its matrix products. */
  readonly operations: number;
}

/** Charges every moment to the activity that is current then, so the entries add up to the whole time, to the nanosecond. */
export class Profiler {
  private readonly entryByKey = new Map<string, { -readonly [Key in keyof Entry]: Entry[Key] }>();
  private readonly stack: Activity[];
  private since: number;

  /**
   * @param start the first activity
   * @param clock returns the current time in whole nanoseconds
   */
  constructor(
    start: Activity,
    private readonly clock: () => number = nanoseconds,
  ) {
    this.stack = [start];
    this.since = clock();
  }

  get activity(): Activity {
    return this.stack[this.stack.length - 1];
  }

  get entries(): readonly Entry[] {
    return [...this.entryByKey.values()];
  }

  /** All charged nanoseconds. */
  get total(): number {
    return this.entries.reduce((sum, entry) => sum + entry.nanoseconds, 0);
  }

  /** Runs a computation and charges its time to another activity, except time that is charged elsewhere within it. */
  during<T>(change: Partial<Activity>, compute: () => T): T {
    this.charge();
    this.stack.push({ ...this.activity, ...change });
    try {
      return compute();
    } finally {
      this.charge();
      this.stack.pop();
    }
  }

  /** Changes the activity until the end of the enclosing {@link during}. */
  switchTo(change: Partial<Activity>): void {
    this.charge();
    this.stack.push({ ...(this.stack.pop() as Activity), ...change });
  }

  /** Counts a kernel call of the current activity. */
  count(operations: number): void {
    const entry = this.entry();
    entry.calls++;
    entry.operations += operations;
  }

  /** Charges the time since the last change. */
  charge(): void {
    const now = this.clock();
    this.entry().nanoseconds += now - this.since;
    this.since = now;
  }

  /** Discards the time since the last change. */
  skip(): void {
    this.since = this.clock();
  }

  private entry() {
    const { activity } = this;
    const key = `${activity.module}\n${activity.direction}\n${activity.kernel}`;
    let entry = this.entryByKey.get(key);
    if (!entry) {
      entry = { ...activity, nanoseconds: 0, calls: 0, operations: 0 };
      this.entryByKey.set(key, entry);
    }
    return entry;
  }
}

function nanoseconds(): number {
  return Math.round(performance.now() * 1e6);
}
