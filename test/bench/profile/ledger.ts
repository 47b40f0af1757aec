/** What a stretch of time was spent on. */
export interface Place {
  /** Part of the model or of the step. */
  readonly module: string;
  readonly direction: "forward" | "backward";
  /** Kernel of the engine, or what happens between two of them. */
  readonly kernel: string;
}

/** All time spent on one place. */
export interface Entry extends Place {
  readonly nanoseconds: number;
  /** How often its kernel was called. */
  readonly calls: number;
  /** Floating-point operations of its matrix products. */
  readonly operations: number;
}

/**
 * Books time: at every moment exactly one place is current, and what passes until the next change is booked on it. So the
 * entries add up to the whole, to the nanosecond.
 */
export class Ledger {
  private readonly booked = new Map<string, { -readonly [Key in keyof Entry]: Entry[Key] }>();
  private readonly open: Place[];
  private since: number;

  /**
   * @param start what is current until something else is
   * @param clock whole nanoseconds now
   */
  constructor(
    start: Place,
    private readonly clock: () => number = nanoseconds,
  ) {
    this.open = [start];
    this.since = clock();
  }

  get place(): Place {
    return this.open[this.open.length - 1];
  }

  get entries(): readonly Entry[] {
    return [...this.booked.values()];
  }

  /** Nanoseconds booked. */
  get total(): number {
    return this.entries.reduce((sum, entry) => sum + entry.nanoseconds, 0);
  }

  /** Runs a computation whose time goes to another place, but for what is booked elsewhere within it. */
  during<T>(change: Partial<Place>, compute: () => T): T {
    this.settle();
    this.open.push({ ...this.place, ...change });
    try {
      return compute();
    } finally {
      this.settle();
      this.open.pop();
    }
  }

  /** What follows, up to the end of the enclosing {@link during}, goes to another place. */
  turn(change: Partial<Place>): void {
    this.settle();
    this.open.push({ ...(this.open.pop() as Place), ...change });
  }

  /** A kernel was called at the current place. */
  count(operations: number): void {
    const entry = this.entry();
    entry.calls++;
    entry.operations += operations;
  }

  /** Books what has passed since the last change. */
  settle(): void {
    const now = this.clock();
    this.entry().nanoseconds += now - this.since;
    this.since = now;
  }

  /** Leaves out what has passed since the last change. */
  skip(): void {
    this.since = this.clock();
  }

  private entry() {
    const { place } = this;
    const key = `${place.module}\n${place.direction}\n${place.kernel}`;
    let entry = this.booked.get(key);
    if (!entry) {
      entry = { ...place, nanoseconds: 0, calls: 0, operations: 0 };
      this.booked.set(key, entry);
    }
    return entry;
  }
}

function nanoseconds(): number {
  return Math.round(performance.now() * 1e6);
}
