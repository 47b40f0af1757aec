/** Browsers do not say how much memory a page may use. */
export function machineMemory(): number {
  return Number.POSITIVE_INFINITY;
}
