import util from "node:util";

/**
 * Puts back the two functions of Node's `util` that tfjs-node calls and Node 23 removed. Before the package is loaded.
 */
export function restoreNodeUtilities(): void {
  const utilities = util as unknown as Record<string, unknown>;
  utilities.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  utilities.isArray ??= Array.isArray;
}
