import { type Control, type ControlValue, choice, toggle } from "../shared/controls";
import type { View } from "../shared/widget";
import type { AttentionData } from "./attention-data";
import { type AttentionState, mostPinned, predictionText } from "./attention-state";
import { isolated } from "./attention-text";

/** Controls for all of the state. A click on a token, a proposal, a row of a map or a head chooses it. */
export const attentionView: View<AttentionState, AttentionData> = { controls, change, click };

const viewTexts = { row: "row over the tokens", map: "maps of all proposals" };

function controls(data: AttentionData, state: AttentionState): Control[] {
  const [model, second] = data;
  const { layer, head, proposal, pinned, view, traces, others } = state;
  const numbers = (count: number): string[] => Array.from({ length: count }, (_, i) => `${i + 1}`);
  const heads = [...numbers(model.layers[layer - 1].heads), ["mean", "mean of all"] as const];
  const proposals = model.tokens.map((token, i) => {
    const prediction = predictionText(model, i);
    return [`${i}`, `${i} ${isolated(token)}${prediction ? ` → ${prediction}` : ""}`] as const;
  });
  const traceTexts = { both: "both, side by side", first: model.name, second: second?.name };
  return [
    ...(second ? [choice("traces", "show", traceTexts, traces)] : []),
    choice("layer", "layer", numbers(model.layers.length), `${layer}`),
    choice("head", "head", heads, `${head}`, "vertical"),
    choice("proposal", "proposal", proposals, `${proposal}`, "horizontal"),
    toggle("pin", "pin", pinned.includes(proposal)),
    choice("view", "view", viewTexts, view),
    ...(view === "row" && head !== "mean" ? [toggle("others", "other heads on the plane", others)] : []),
  ];
}

function change(
  data: AttentionData,
  state: AttentionState,
  control: string,
  value: ControlValue,
): AttentionState {
  switch (control) {
    case "layer":
      return setLayer(data, state, Number(value));
    case "head":
      return { ...state, head: value === "mean" ? value : Number(value) };
    case "proposal":
      return { ...state, proposal: Number(value) };
    case "pin":
      return { ...state, pinned: setPin(state, value === true) };
    default:
      return control in state ? { ...state, [control]: value } : state;
  }
}

/** Changes the layer, and shows the mean if the layer lacks the current head. */
function setLayer([{ layers }]: AttentionData, state: AttentionState, layer: number): AttentionState {
  const { head } = state;
  return { ...state, layer, head: head !== "mean" && head > layers[layer - 1].heads ? "mean" : head };
}

/** Pins or unpins the chosen proposal. If there are too many pins, the oldest is removed. */
function setPin({ pinned, proposal }: AttentionState, pin: boolean): number[] {
  const others = pinned.filter((one) => one !== proposal);
  return pin ? [...others, proposal].slice(-mostPinned) : others;
}

function click(data: AttentionData, state: AttentionState, value: unknown): AttentionState | undefined {
  if (Array.isArray(value)) return click(data, state, { proposal: value[0] }); // a map's cell: its row and its numbers
  const { proposal, head } = (value ?? {}) as { readonly proposal?: unknown; readonly head?: unknown };
  if (typeof proposal === "number") return { ...state, proposal };
  if (typeof head === "number") return { ...state, head: head === state.head ? "mean" : head };
  return undefined;
}
