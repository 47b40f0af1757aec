/** A run to be attempted. */
export interface Job {
  /** The run's id. */
  readonly id: string;
  /** Its folder. */
  readonly folder: string;
}

/**
 * What has attempts made: processes of this machine, a cluster. It need not know how they end: that stands in the runs'
 * folders, and who drives it looks there.
 */
export interface Executor {
  /** Has one attempt made at each of these runs, sooner or later; returns when that is accepted. */
  submit(jobs: readonly Job[]): Promise<void>;
  /**
   * Ids of the runs with an attempt that waits or is under way, as far as this executor sees to it.
   * @throws where that cannot be told: not to know must never read as "none"
   */
  live(): Promise<ReadonlySet<string>>;
  /** Has no further attempt begun, and those under way stop after the step they are at. */
  cancel(): Promise<void>;
}
