// Charges the time of a step to the parts of the model. In the forward pass, we time each part's function. In the backward pass, an
// operation belongs to the part that recorded it on tfjs's tape.
import * as tf from "@tensorflow/tfjs-core";
import * as loss from "../../../src/criterion/loss";
import type { EntityDetector } from "../../../src/detector/entity-detector";
import * as optimizing from "../../../src/training/optimizer";
import { replaceMethod } from "./kernels";
import type { Profiler } from "./profiler";

/** Parts of a step, in order. */
export const stepParts = {
  encoding: "batch encoding",
  loss: "loss, assignment",
  tape: "tape, sums of gradients",
  norm: "gradient norm, clipping",
  update: "AdamW",
  rest: "rest of the step",
} as const;

type Part = { readonly path: RegExp; readonly label: string; readonly required: boolean };

/** Parts of the model by their path in the detector. The first match counts. */
const parts: readonly Part[] = [
  { path: /^encoder$/, label: "encoder, rest", required: true },
  { path: /^encoder\.embeddings\.\d+:Character/, label: "encoder, characters", required: false },
  { path: /^encoder\.embeddings\.\d+:.*Bert/i, label: "encoder, BERT", required: false },
  { path: /^encoder\.embeddings\.\d+:/, label: "encoder, tables", required: false },
  { path: /^encoder\.gru$/, label: "encoder, GRU", required: true },
  { path: /^proposer$/, label: "proposer, fuse", required: true },
  { path: /^proposer\.pyramid$/, label: "proposer, pyramid", required: true },
  { path: /^regressor\.\d+$/, label: "regressor", required: true },
  { path: /^head$/, label: "head", required: true },
];

/** All labels in the order of a step. */
export const moduleOrder: readonly string[] = [
  stepParts.encoding,
  "encoder, characters",
  "encoder, tables",
  "encoder, BERT",
  "encoder, GRU",
  "encoder, rest",
  "proposer, pyramid",
  "proposer, fuse",
  "regressor",
  "head",
  stepParts.loss,
  stepParts.tape,
  stepParts.norm,
  stepParts.update,
  stepParts.rest,
];

interface TapeNode {
  gradient?: (dys: tf.Tensor[]) => Record<string, () => tf.Tensor>;
}

/**
 * Charges the parts of a training step of this detector and optimizer. Returns a function that stops this.
 * @throws Error if a part no longer exists
 */
export function profileModules(
  profiler: Profiler,
  detector: EntityDetector,
  optimizer: optimizing.AdamW,
): () => void {
  const tape = new Tape(profiler);
  const modules = findParts(detector.network);
  const missing = parts.filter((part) => part.required && !modules.some(({ label }) => label === part.label));
  if (missing.length)
    throw new Error(`profile: the detector has no ${missing.map(({ path }) => path).join(", ")}`);
  const around = (owner: object, name: string, module: string) =>
    replaceMethod(owner, name, (original) => (...args) => {
      tape.label();
      return profiler.during({ module, direction: "forward" }, () => {
        try {
          return original(...args);
        } finally {
          tape.label();
        }
      });
    });
  const undo = [
    around(detector, "encode", stepParts.encoding),
    ...modules.map(({ module, label }) => around(module, "forward", label)),
    around(loss, "matchingLoss", stepParts.loss),
    // After the loss, the backward pass begins.
    replaceMethod(loss, "matchingLoss", (original) => (...args) => {
      const result = original(...args);
      profiler.switchTo({ module: stepParts.tape, direction: "backward" });
      return result;
    }),
    replaceMethod(optimizing, "globalNorm", (original) => (...args) => {
      profiler.switchTo({ module: stepParts.rest, direction: "forward" });
      return profiler.during({ module: stepParts.norm }, () => original(...args));
    }),
    around(optimizer, "step", stepParts.update),
  ].reverse();
  return () => {
    for (const restore of undo) restore();
  };
}

/** The modules of the detector that are parts. */
function findParts(root: object): { readonly module: object; readonly label: string }[] {
  const result: { module: object; label: string }[] = [];
  const walk = (value: unknown, path: string): void => {
    if (
      typeof value !== "object" ||
      value === null ||
      value instanceof tf.Tensor ||
      ArrayBuffer.isView(value)
    )
      return;
    if (typeof (value as { forward?: unknown }).forward === "function") {
      const part = parts.find(
        (one) => one.path.test(path) || one.path.test(`${path}:${value.constructor.name}`),
      );
      if (part) result.push({ module: value, label: part.label });
    }
    for (const [name, inner] of Object.entries(value)) walk(inner, path ? `${path}.${name}` : name);
  };
  for (const [name, inner] of Object.entries(root)) if (name !== "parameters") walk(inner, name);
  return result;
}

/** Charges the gradient of each operation on tfjs's tape to the part that recorded the operation. */
class Tape {
  private tape: readonly TapeNode[] = [];
  private labeled = 0;

  constructor(private readonly profiler: Profiler) {}

  /** Assigns the operations recorded since the last call to the current part. */
  label(): void {
    const { activeTape } = tf.engine().state as { activeTape?: TapeNode[] };
    if (!activeTape) return;
    if (activeTape !== this.tape || activeTape.length < this.labeled) {
      this.tape = activeTape;
      this.labeled = 0;
    }
    const { module } = this.profiler.activity;
    for (; this.labeled < activeTape.length; this.labeled++) this.wrap(activeTape[this.labeled], module);
  }

  private wrap(node: TapeNode, module: string): void {
    const { gradient } = node;
    if (!gradient) return;
    const backward = <T>(compute: () => T): T =>
      this.profiler.during({ module, direction: "backward" }, compute);
    node.gradient = (dys) => {
      const byInput = backward(() => gradient(dys));
      return Object.fromEntries(
        Object.entries(byInput).map(([name, compute]) => [name, () => backward(compute)]),
      );
    };
  }
}
