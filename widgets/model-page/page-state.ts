import type { RegressorIntervention } from "../../src/model/regressor";

/** The reader's choices. They are stored in the page's address and in saved pages. */
export interface PageState {
  readonly text: string;
  /** The text that edits are compared with. */
  readonly original: string;
  /** Index of the sentence that is shown in detail. */
  readonly sentence: number;
  /** The minimum probability of an entity; null for Algorithm 2. */
  readonly threshold: number | null;
  readonly prior: "on" | "off";
  /** Heads to leave out, as "layer.head". Both count from 1. */
  readonly heads: readonly string[];
  /** Number of regressor layers to compute. */
  readonly layers: number;
}

/** The sizes of a model that limit a state. */
export interface ModelSize {
  readonly layers: number;
  readonly heads: number;
}

export function initialState(text: string, { layers }: ModelSize): PageState {
  return { text, original: text, sentence: 0, threshold: null, prior: "on", heads: [], layers };
}

/** The state as the part of an address after "#". */
export function addressOf(state: PageState, size: ModelSize): string {
  const { text, original, sentence, threshold, prior, heads, layers } = state;
  const parameters = new URLSearchParams({ text });
  if (original !== text) parameters.set("original", original);
  if (sentence > 0) parameters.set("sentence", String(sentence));
  if (threshold !== null) parameters.set("threshold", String(threshold));
  if (prior === "off") parameters.set("prior", prior);
  if (heads.length) parameters.set("without", heads.join(" "));
  if (layers < size.layers) parameters.set("layers", String(layers));
  return parameters.toString();
}

/** The state of an address; undefined without a text. Replaces values that this model does not have. */
export function stateAt(address: string, size: ModelSize): PageState | undefined {
  const parameters = new URLSearchParams(address.replace(/^#/, ""));
  const text = parameters.get("text");
  if (!text?.trim()) return undefined;
  const number = (name: string, most: number, fallback: number): number => {
    const value = Number(parameters.get(name) ?? Number.NaN);
    return value >= 0 && value <= most ? value : fallback;
  };
  const threshold = number("threshold", 1, Number.NaN);
  const all = new Set(allHeads(size));
  return {
    text,
    original: parameters.get("original") ?? text,
    sentence: Math.floor(number("sentence", Number.MAX_SAFE_INTEGER, 0)),
    threshold: Number.isNaN(threshold) ? null : threshold,
    prior: parameters.get("prior") === "off" ? "off" : "on",
    heads: (parameters.get("without") ?? "").split(" ").filter((head) => all.has(head)),
    layers: Math.floor(number("layers", size.layers, size.layers)),
  };
}

/** The names of all heads, layer by layer. */
export function allHeads({ layers, heads }: ModelSize): string[] {
  return Array.from({ length: layers * heads }, (_, i) => `${Math.floor(i / heads) + 1}.${(i % heads) + 1}`);
}

/** The changes of a state to the model; undefined if it runs as trained. */
export function interventionOf(
  { prior, heads, layers }: PageState,
  size: ModelSize,
): RegressorIntervention | undefined {
  if (prior === "on" && !heads.length && layers === size.layers) return undefined;
  const indices = heads.map((head) => head.split(".").map(Number) as [layer: number, head: number]);
  return {
    ...(prior === "off" && { prior }),
    ...(indices.length && { heads: indices }),
    ...(layers < size.layers && { layers }),
  };
}

/** Texts with more heads only count them. */
const mostNamedHeads = 4;

/** "with the prior off and without head 2.3 and after 1 of 3 layers" */
export function interventionText({ prior, heads, layers }: PageState, size: ModelSize): string {
  const parts = [
    ...(prior === "off" ? ["with the prior off"] : []),
    ...(heads.length ? [`without ${headsText(heads, size)}`] : []),
    ...(layers < size.layers ? [`after ${layers} of ${size.layers} layers`] : []),
  ];
  return parts.join(" and ");
}

function headsText(heads: readonly string[], size: ModelSize): string {
  if (heads.length === size.layers * size.heads) return "all heads";
  if (heads.length > mostNamedHeads) return `${heads.length} heads`;
  return `${heads.length === 1 ? "head" : "heads"} ${heads.join(", ")}`;
}
