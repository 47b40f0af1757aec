import type { Trace } from "../../src/detector/trace-types";
import { display } from "../shared/show";
import type { Shown } from "../shared/widget";
import { type AttentionData, type PackedAttention, packAttention } from "./data";
import { type AttentionChoice, type AttentionState, initialState } from "./state";
import { attentionWidget } from "./widget";

export interface AttentionOptions extends AttentionChoice {
  /**
   * A second trace of the same sentence: of the same model with its prior switched off,
   * `detector.trace(sentence, { spatial: false })`, or of another model of the same shape.
   */
  readonly beside?: Trace;
  /** What the two traces are called; by default what they say of their prior. */
  readonly names?: readonly [string, string];
}

/**
 * The attention of a layer's heads: content score, log prior, their sum and the weights, token by token for one proposal
 * and those pinned beside it or as maps of all; the start–end plane with the prior's contours; the heads' shares.
 * @param options what is shown first; by default the last layer, the mean of its heads, and the proposal of the most
 *   probable entity.
 * @throws RangeError for a layer, head or proposal that the trace does not have, and for a second trace that does not fit
 */
export function attention(
  trace: Trace,
  { beside, names, ...wanted }: AttentionOptions = {},
): Shown<PackedAttention, AttentionState, AttentionData> {
  if (beside) requireSameShape(trace, beside);
  const traces = beside ? [trace, beside] : [trace];
  const called = names ?? defaultNames(traces);
  return {
    widget: attentionWidget,
    packed: packAttention(traces.map((one, place) => [called[place], one] as const)),
    state: initialState(trace, wanted),
  };
}

export interface ShowAttentionOptions extends AttentionOptions {
  /** Traces a sentence that the reader types beside the widget; both traces where two are shown. */
  readonly another?: (tokens: readonly string[]) => Promise<Trace | readonly [trace: Trace, beside: Trace]>;
}

/**
 * Shows {@link attention} in the running cell; outside a notebook, prints it in words.
 * @throws RangeError as {@link attention} does
 */
export async function showAttention(
  trace: Trace,
  { another, ...options }: ShowAttentionOptions = {},
): Promise<void> {
  const { layer, head, view, names } = options;
  const make =
    another &&
    (async (tokens: readonly string[]) => {
      const traced = await another(tokens);
      const [first, beside] = "tokens" in traced ? [traced] : traced;
      return attention(first, { layer, head, view, names, beside });
    });
  await display(attention(trace, options), make);
}

const priorNames: Readonly<Record<Trace["prior"], string>> = {
  on: "prior on (as trained)",
  off: "prior off (same weights)",
  none: "trained without a prior",
};

function defaultNames(traces: readonly Trace[]): string[] {
  const names = traces.map(({ prior }) => priorNames[prior]);
  return names[0] === names[1] ? names.map((name, place) => `${place ? "second" : "first"}: ${name}`) : names;
}

function requireSameShape(first: Trace, second: Trace): void {
  const shapes = [first, second].map(({ tokens, layers }) => {
    const heads = layers.map((layer) => layer.heads).join(", ");
    return { tokens: tokens.join(" "), layers: `${layers.length} layers with ${heads} heads` };
  });
  if (shapes[0].tokens !== shapes[1].tokens)
    throw new RangeError(
      `beside: a trace of the same sentence is wanted, not of "${shapes[1].tokens.slice(0, 60)}"`,
    );
  if (shapes[0].layers !== shapes[1].layers)
    throw new RangeError(`beside: ${shapes[1].layers} cannot stand beside ${shapes[0].layers}`);
}
