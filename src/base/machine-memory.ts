import { totalmem } from "node:os";

/** Bytes of memory that this process may use. */
export function machineMemory(): number {
  return Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
}
