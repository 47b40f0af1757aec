import { InputError } from "../base/errors";

/** Pages do not contain the baselines. */
export function baselineOf(): never {
  throw new InputError("a page cannot run a baseline; run it with pnr predict");
}
