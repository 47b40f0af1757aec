import type { Trace } from "../../src/detector/trace-types";
import { alignTokens, compareEntities } from "../sentence/edit";
import { originalTrace } from "../sentence/original-trace";
import type { EmbeddableModel } from "../shared/another-sentence";
import { display } from "../shared/display";
import type { MakeWidget, Tracer, Widget, WidgetInstance } from "../shared/widget";
import { attentionView } from "./attention-controls";
import { type AttentionData, type PackedAttention, packAttention, unpackAttention } from "./attention-data";
import { buildAttention } from "./attention-figure";
import { type AttentionState, initialState } from "./attention-state";
import { attentionTable, attentionText, attentionTitle } from "./attention-text";

/** The attention of a layer's heads with its Gaussian prior. */
export const attentionWidget: Widget<PackedAttention, AttentionState, AttentionData> = {
  kind: "attention",
  open: unpackAttention,
  title: attentionTitle,
  build: buildAttention,
  text: attentionText,
  table: attentionTable,
  view: attentionView,
  retrace: (model, { tokens, traces }) => {
    const names = traces.length === 2 ? ([traces[0].name, traces[1].name] as const) : undefined;
    return editedAttention(tokens, names, tracesBy(model, traces));
  },
};

export interface AttentionOptions extends Partial<AttentionState> {
  /**
   * A second trace of the same sentence to compare with: of the same model with its prior switched off,
   * `detector.trace(sentence, { prior: "off" })`, or of another model of the same shape.
   */
  readonly second?: Trace;
  /** Names of the two traces. Default: the state of their priors. */
  readonly names?: readonly [string, string];
  /** A trace of the sentence before it was edited, to compare with. */
  readonly original?: Trace;
}

/**
 * The attention of a layer's heads: content score, log prior, their sum and the weights, token by token for the chosen and the
 * pinned proposals, or as maps of all proposals; the start–end plane with the prior as a field; the heads' shares.
 * @param options what is shown first. Default: the layer, the head and the proposal where the prior moves the most attention.
 * @throws RangeError for a layer, head or proposal that the trace does not have, and for a second trace of another sentence or shape
 */
export function attention(
  trace: Trace,
  { second, names, original, ...options }: AttentionOptions = {},
): WidgetInstance<PackedAttention, AttentionState, AttentionData> {
  if (second) assertSameShape(trace, second);
  const traces = second ? [trace, second] : [trace];
  const traceNames = names ?? defaultNames(traces);
  return {
    widget: attentionWidget,
    packed: packAttention(
      traces.map((one, i) => [traceNames[i], one] as const),
      original,
    ),
    state: initialState(trace, options),
  };
}

export interface ShowAttentionOptions extends AttentionOptions {
  /**
   * Traces a text that the reader types into the widget, such as `(text) => detector.trace(text)`; returns both traces if two are
   * shown. An edited sentence is compared with the original. Works while the kernel runs.
   */
  readonly another?: (text: string) => Promise<Trace | readonly [first: Trace, second: Trace]>;
  /**
   * The detector that made the trace. It traces what the reader types, in place of `another`, and the notebook contains it, so that
   * this also works on pages without a kernel.
   */
  readonly model?: EmbeddableModel;
}

/**
 * Shows {@link attention} in the running cell; outside a notebook, prints the text description.
 * @throws RangeError like {@link attention}
 */
export async function showAttention(
  trace: Trace,
  { another, model, ...options }: ShowAttentionOptions = {},
): Promise<void> {
  const { names, second } = options;
  const tracesOf: TracesOf | undefined =
    another &&
    (async (text) => {
      const traces = await another(text);
      return "tokens" in traces ? [traces] : traces;
    });
  const traced = tracesOf ?? (model && tracesBy(model, second ? [trace, second] : [trace]));
  const editing = traced && {
    tokens: trace.tokens,
    make: editedAttention(trace.tokens, names, traced, trace),
    model,
  };
  await display(attention(trace, options), editing);
}

/** Traces a text once or twice, as often as the widget shows a trace. */
type TracesOf = (text: string) => Promise<readonly Trace[]>;

/** Traces in the same way as the shown traces: with or without the prior. */
function tracesBy(model: Tracer, shownTraces: readonly Pick<Trace, "prior">[]): TracesOf {
  return async (text) => {
    const traces: Trace[] = [];
    for (const { prior } of shownTraces)
      traces.push(await model.trace(text, prior === "off" ? { prior } : {}));
    return traces;
  };
}

/** @param shownTrace the trace of the original sentence, if available */
function editedAttention(
  tokens: readonly string[],
  names: AttentionOptions["names"],
  tracesOf: TracesOf,
  shownTrace?: Trace,
): MakeWidget<PackedAttention, AttentionState, AttentionData> {
  return async (text, { layer, head, view, traces, others }) => {
    const [first, second] = await tracesOf(text);
    const original = await originalTrace(
      tokens,
      first,
      async (other) => (await tracesOf(other))[0],
      shownTrace,
    );
    const proposal = original && changedProposal(original, first);
    return attention(first, { layer, head, view, traces, others, proposal, names, second, original });
  };
}

/** The proposal of the first entity that an edit gained. */
function changedProposal(original: Trace, edited: Trace): number | undefined {
  const columns = alignTokens(original.tokens, edited.tokens);
  const { after } = compareEntities(columns, original.predicted, edited.predicted);
  const index = after.findIndex(({ kept }) => !kept);
  return edited.predicted[index]?.proposal;
}

const priorNames: Readonly<Record<Trace["prior"], string>> = {
  on: "prior on (as trained)",
  off: "prior off (same weights)",
  none: "trained without a prior",
};

function defaultNames(traces: readonly Trace[]): string[] {
  const names = traces.map(({ prior }) => priorNames[prior]);
  return names[0] === names[1] ? names.map((name, i) => `${i ? "second" : "first"}: ${name}`) : names;
}

function assertSameShape(first: Trace, second: Trace): void {
  const [words, otherWords] = [first, second].map(({ tokens }) => tokens.join(" "));
  if (words !== otherWords)
    throw new RangeError(`second: pass a trace of the same sentence, not of "${otherWords.slice(0, 60)}"`);
  const [shape, otherShape] = [first, second].map(({ layers }) => {
    const heads = layers.map((layer) => layer.heads).join(", ");
    return `${layers.length} layers with ${heads} heads`;
  });
  if (shape !== otherShape)
    throw new RangeError(`second: a trace with ${otherShape} cannot be compared with ${shape}`);
}
