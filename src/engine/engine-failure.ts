/** An engine cannot run here. `reason` and `remedy` are one line each, without a period. */
export class EngineFailure extends Error {
  constructor(
    readonly reason: string,
    readonly remedy: string,
    options?: ErrorOptions,
  ) {
    super(reason, options);
  }
}
