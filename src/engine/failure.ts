/** An engine cannot run here: why, and what to do about it. Both are one line without a full stop. */
export class EngineFailure extends Error {
  constructor(
    readonly reason: string,
    readonly remedy: string,
    options?: ErrorOptions,
  ) {
    super(reason, options);
  }
}
