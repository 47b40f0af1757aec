import type { Grid } from "../grid";
import { prepareRun, runFolder } from "../run/run-state";
import type { Job } from "./executor";

/**
 * Creates the folder of each run of a grid in a store, unless it exists.
 * @throws InputError if a folder holds another run
 */
export function prepareJobs({ runs }: Grid, store: string): Job[] {
  return [...runs].map(([id, spec]) => {
    prepareRun(store, spec);
    return { id, folder: runFolder(store, id) };
  });
}
