// Where a step's time goes, by the parts of the model. Forward: every part's function is timed. Backward: an operation
// belongs to the part during whose forward pass it was put on tfjs's tape.
import * as tf from "@tensorflow/tfjs-core";
import * as loss from "../../../src/criterion/loss";
import type { EntityDetector } from "../../../src/detector/entity-detector";
import * as optimizing from "../../../src/training/optimizer";
import { replaceMethod } from "./kernels";
import type { Ledger } from "./ledger";

/** Parts of a step, in its order. */
export const stepParts = {
  encoding: "batch encoding",
  loss: "loss, assignment",
  tape: "tape, sums of gradients",
  norm: "gradient norm, clipping",
  update: "AdamW",
  rest: "rest of the step",
} as const;

type Part = { readonly path: RegExp; readonly label: string; readonly required: boolean };

/** Parts of the model by their place in the detector; the first that fits is taken. */
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

/** All labels in the order in which a step comes to them. */
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

/** Books the parts of a training step of this detector and optimizer. @throws Error when a part is not there any more */
export function watchModules(
  ledger: Ledger,
  detector: EntityDetector,
  optimizer: optimizing.AdamW,
): () => void {
  const tape = new Tape(ledger);
  const found = findParts(detector.network);
  const missing = parts.filter((part) => part.required && !found.some(({ label }) => label === part.label));
  if (missing.length)
    throw new Error(`profile: the detector has no ${missing.map(({ path }) => path).join(", ")}`);
  const around = (owner: object, name: string, module: string) =>
    replaceMethod(owner, name, (original) => (...given) => {
      tape.label();
      return ledger.during({ module, direction: "forward" }, () => {
        try {
          return original(...given);
        } finally {
          tape.label();
        }
      });
    });
  const undo = [
    around(detector, "encode", stepParts.encoding),
    ...found.map(({ module, label }) => around(module, "forward", label)),
    around(loss, "matchingLoss", stepParts.loss),
    // What follows the loss within the call for gradients is the way back.
    replaceMethod(loss, "matchingLoss", (original) => (...given) => {
      const result = original(...given);
      ledger.turn({ module: stepParts.tape, direction: "backward" });
      return result;
    }),
    replaceMethod(optimizing, "globalNorm", (original) => (...given) => {
      ledger.turn({ module: stepParts.rest, direction: "forward" });
      return ledger.during({ module: stepParts.norm }, () => original(...given));
    }),
    around(optimizer, "step", stepParts.update),
  ].reverse();
  return () => {
    for (const restore of undo) restore();
  };
}

/** The parts with a forward pass, by their paths in the detector. */
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

/** Says of each operation on tfjs's tape which part recorded it, so that its gradient's time is booked there. */
class Tape {
  private tape: readonly TapeNode[] = [];
  private labelled = 0;

  constructor(private readonly ledger: Ledger) {}

  /** Those recorded since the last call belong to the part that is current now. */
  label(): void {
    const { activeTape } = tf.engine().state as { activeTape?: TapeNode[] };
    if (!activeTape) return;
    if (activeTape !== this.tape || activeTape.length < this.labelled) {
      this.tape = activeTape;
      this.labelled = 0;
    }
    const { module } = this.ledger.place;
    for (; this.labelled < activeTape.length; this.labelled++) this.wrap(activeTape[this.labelled], module);
  }

  private wrap(node: TapeNode, module: string): void {
    const { gradient } = node;
    if (!gradient) return;
    const backward = <T>(compute: () => T): T =>
      this.ledger.during({ module, direction: "backward" }, compute);
    node.gradient = (dys) => {
      const byInput = backward(() => gradient(dys));
      return Object.fromEntries(
        Object.entries(byInput).map(([name, compute]) => [name, () => backward(compute)]),
      );
    };
  }
}
