/** A run to attempt. */
export interface Job {
  /** The run's id. */
  readonly id: string;
  /** The run's folder. */
  readonly folder: string;
}

/** Starts attempts, as processes on this machine or jobs on a cluster. They write their outcome to the runs' folders. */
export interface Executor {
  /** Queues one attempt at each run. Returns when they are accepted. */
  submit(jobs: readonly Job[]): Promise<void>;
  /**
   * Ids of the runs whose attempts by this executor are queued or running.
   * @throws if they are unknown, which must not be confused with an empty set
   */
  live(): Promise<ReadonlySet<string>>;
  /** Empties the queue, and stops running attempts after their current step. */
  cancel(): Promise<void>;
}
