export type Measure = "f1" | "precision" | "recall";

export interface State {
  /** Loss of each epoch, or of the steps within. */
  readonly loss: "epochs" | "steps";
  /** Whether the axis of the loss is logarithmic. */
  readonly log: boolean;
  readonly rate: boolean;
  /** Of several runs: each, or their mean with the range that they take. */
  readonly runs: "each" | "mean";
  /** Score that is shown of several runs; of one, all are. */
  readonly measure: Measure;
}

export const titles: Readonly<Record<Measure, string>> = {
  f1: "F1",
  precision: "precision",
  recall: "recall",
};
