import type { Workload } from "../workload";
import { betweenKernels, profileKernels } from "./kernels";
import { moduleOrder, profileModules, stepParts } from "./modules";
import { type Entry, Profiler } from "./profiler";

/** Where the time of training steps goes. */
export interface Profile {
  readonly steps: number;
  /** Nanoseconds of all steps: the sum of the entries. */
  readonly total: number;
  readonly entries: readonly Entry[];
}

/** Profiles training steps. @param passes over all batches */
export function profileTraining(workload: Workload, passes: number): Profile {
  const profiler = new Profiler({ module: stepParts.rest, direction: "forward", kernel: betweenKernels });
  const undo = [profileKernels(profiler), profileModules(profiler, workload.detector, workload.optimizer)];
  try {
    profiler.skip();
    for (let pass = 0; pass < passes; pass++) workload.train();
    profiler.charge();
  } finally {
    for (const restore of undo.reverse()) restore();
  }
  return { steps: passes * workload.size.steps, total: profiler.total, entries: profiler.entries };
}

/** The time of a module or kernel. */
export interface Share {
  readonly name: string;
  /** Nanoseconds. */
  readonly forward: number;
  readonly backward: number;
  readonly calls: number;
  readonly operations: number;
}

export function byModule({ entries }: Profile): Share[] {
  return gather(entries, ({ module }) => module).sort(
    (a, b) => moduleOrder.indexOf(a.name) - moduleOrder.indexOf(b.name),
  );
}

/** Sorted by time, the longest first. */
export function byKernel({ entries }: Profile): Share[] {
  return gather(entries, ({ kernel }) => kernel).sort(
    (a, b) => b.forward + b.backward - (a.forward + a.backward),
  );
}

/** Floating-point operations of the matrix products in a step. */
export function operationsOfStep({ entries, steps }: Profile): number {
  return entries.reduce((sum, { operations }) => sum + operations, 0) / steps;
}

function gather(entries: readonly Entry[], nameOf: (entry: Entry) => string): Share[] {
  const shares = new Map<string, { -readonly [Key in keyof Share]: Share[Key] }>();
  for (const entry of entries) {
    const name = nameOf(entry);
    const share = shares.get(name) ?? { name, forward: 0, backward: 0, calls: 0, operations: 0 };
    share[entry.direction] += entry.nanoseconds;
    share.calls += entry.calls;
    share.operations += entry.operations;
    shares.set(name, share);
  }
  return [...shares.values()];
}
