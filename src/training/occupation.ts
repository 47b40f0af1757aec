import { join } from "node:path";
import { takeLock } from "../base/lock";

/** There while a process trains into the folder, and says which. */
export const occupiedFile = "running.json";

/**
 * Locks a run's folder, so that two trainings never save over each other.
 * @returns releases it
 * @throws InputError when another training is at work in the folder, or it cannot be written
 */
export function occupy(directory: string): () => void {
  return takeLock(
    join(directory, occupiedFile),
    (holder) =>
      `${directory}: ${holder} is training into it, or was a moment ago; wait for it, stop it, or choose another folder`,
  );
}
