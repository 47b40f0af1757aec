import type { Workload } from "../workload";
import { between, watchKernels } from "./kernels";
import { type Entry, Ledger } from "./ledger";
import { moduleOrder, stepParts, watchModules } from "./modules";

/** Where the time of training steps went. */
export interface Profile {
  readonly steps: number;
  /** Nanoseconds of all steps; the entries add up to it. */
  readonly total: number;
  readonly entries: readonly Entry[];
}

/** @param passes over all batches, of which each is a step */
export function profileTraining(workload: Workload, passes: number): Profile {
  const ledger = new Ledger({ module: stepParts.rest, direction: "forward", kernel: between });
  const undo = [watchKernels(ledger), watchModules(ledger, workload.detector, workload.optimizer)];
  try {
    ledger.skip();
    for (let pass = 0; pass < passes; pass++) workload.train();
    ledger.settle();
  } finally {
    for (const restore of undo.reverse()) restore();
  }
  return { steps: passes * workload.size.steps, total: ledger.total, entries: ledger.entries };
}

/** A line of one of the two views. */
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

/** The longest first. */
export function byKernel({ entries }: Profile): Share[] {
  return gather(entries, ({ kernel }) => kernel).sort(
    (a, b) => b.forward + b.backward - (a.forward + a.backward),
  );
}

/** Floating-point operations of a step's matrix products. */
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
