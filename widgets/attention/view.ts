import type { Choice, Control, ControlValue, View } from "../shared/widget";
import type { AttentionData } from "./data";
import { type AttentionState, mostPinned, outcome } from "./state";
import { isolated } from "./words";

/** Controls for all of the state; a click on a token, a proposal, a row of a map or a head chooses it too. */
export const attentionView: View<AttentionState, AttentionData> = { controls, change, click };

function controls(data: AttentionData, state: AttentionState): Control[] {
  const [model] = data;
  const { layer, head, proposal, pinned, view, traces } = state;
  const numbered = (count: number) => Array.from({ length: count }, (_, place) => option(`${place + 1}`));
  const proposals = model.tokens.map((token, place) => {
    const found = outcome(model, place);
    return option(`${place}`, `${place} ${isolated(token)}${found ? ` → ${found}` : ""}`);
  });
  const heads = [option("mean", "mean of all"), ...numbered(model.layers[layer - 1].heads)];
  const besides: Choice = {
    type: "choice",
    name: "traces",
    label: "show",
    options: [
      option("both", "both, side by side"),
      option("first", data[0].name),
      option("second", data.at(-1)?.name),
    ],
    value: traces,
  };
  return [
    ...(data.length > 1 ? [besides] : []),
    {
      type: "choice",
      name: "layer",
      label: "layer",
      options: numbered(model.layers.length),
      value: `${layer}`,
    },
    { type: "choice", name: "head", label: "head", options: heads, value: `${head}`, arrows: "vertical" },
    {
      type: "choice",
      name: "proposal",
      label: "proposal",
      options: proposals,
      value: `${proposal}`,
      arrows: "horizontal",
    },
    { type: "toggle", name: "pin", label: "pin it", value: pinned.includes(proposal) },
    {
      type: "choice",
      name: "view",
      label: "as",
      options: [option("row", "its row over the tokens"), option("map", "maps of all proposals")],
      value: view,
    },
  ];
}

function option(value: string, text: string = value): { readonly value: string; readonly text: string } {
  return { value, text };
}

function change(
  data: AttentionData,
  state: AttentionState,
  control: string,
  value: ControlValue,
): AttentionState {
  switch (control) {
    case "layer":
      return inLayer(data, { ...state, layer: Number(value) });
    case "head":
      return { ...state, head: value === "mean" ? value : Number(value) };
    case "proposal":
      return { ...state, proposal: Number(value) };
    case "pin":
      return { ...state, pinned: pin(state, value === true) };
    default:
      return { ...state, [control]: value };
  }
}

/** The state without a head that its layer does not have. */
function inLayer([{ layers }]: AttentionData, state: AttentionState): AttentionState {
  const { layer, head } = state;
  return head !== "mean" && head > layers[layer - 1].heads ? { ...state, head: "mean" } : state;
}

/** Pinning one more lets go of the one that was pinned first. */
function pin({ pinned, proposal }: AttentionState, wanted: boolean): number[] {
  const others = pinned.filter((one) => one !== proposal);
  return wanted ? [...others, proposal].slice(-mostPinned) : others;
}

/** What clickable marks carry: a proposal or a head. */
export type Mark = { readonly proposal: number } | { readonly head: number };

function click(data: AttentionData, state: AttentionState, value: unknown): AttentionState | undefined {
  if (Array.isArray(value)) return click(data, state, { proposal: value[0] }); // a cell's numbers, its row first
  const { proposal, head } = (value ?? {}) as { readonly proposal?: unknown; readonly head?: unknown };
  if (typeof proposal === "number") return { ...state, proposal };
  if (typeof head === "number") return { ...state, head: head === state.head ? "mean" : head };
  return undefined;
}
