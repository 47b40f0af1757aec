import { type PlotElement, plotConfig, type View } from "../shared/view-frame";
import { buildAttention } from "./build";
import { type AttentionModel, type PackedAttention, type Selection, unpackAttention } from "./data";

/** Controls for layer, head and proposal above the figure; a click on a token or a proposal chooses it too. */
export const attentionView: View<PackedAttention> = async (element, packed, plotly, theme) => {
  const model = unpackAttention(packed);
  let { selection } = packed;
  const plot = document.createElement("div");
  const draw = async (): Promise<void> => {
    const figure = buildAttention(model, selection, theme);
    await plotly.react(plot, figure.data, figure.layout, plotConfig);
  };
  const choose = (change: Partial<Selection>): void => {
    selection = { ...selection, ...change };
    void draw();
  };
  const proposals = picker("proposal", proposalOptions(model), String(selection.proposal), (value) =>
    choose({ proposal: Number(value) }),
  );
  const layers = model.layers.map((_, place) => [String(place + 1), `${place + 1}`] as const);
  const heads = Array.from(
    { length: model.layers[0].heads },
    (_, place) => [`${place + 1}`, `${place + 1}`] as const,
  );
  const controls = document.createElement("div");
  controls.setAttribute("role", "group");
  controls.setAttribute("aria-label", "What the attention figure shows");
  controls.style.cssText = "display:flex;flex-wrap:wrap;gap:6px 18px;margin:4px 0 8px;font-size:13px";
  controls.append(
    picker("layer", layers, String(selection.layer), (value) => choose({ layer: Number(value) })).label,
    picker("head", [["mean", "mean of all"], ...heads], String(selection.head), (value) =>
      choose({ head: value === "mean" ? value : Number(value) }),
    ).label,
    proposals.label,
  );
  element.replaceChildren(controls, plot);
  await draw();
  (plot as unknown as PlotElement).on("plotly_click", ({ points }) => {
    const proposal = points[0].customdata; // bars and proposals carry their number, spans their text
    if (typeof proposal !== "number") return;
    proposals.select.value = String(proposal);
    choose({ proposal });
  });
};

interface Picker {
  readonly label: HTMLLabelElement;
  readonly select: HTMLSelectElement;
}

/** A labeled list; the arrow keys go through it. */
function picker(
  name: string,
  options: readonly (readonly [value: string, text: string])[],
  value: string,
  onChange: (value: string) => void,
): Picker {
  const label = document.createElement("label");
  const select = document.createElement("select");
  for (const [key, text] of options) select.append(new Option(text, key, false, key === value));
  select.style.cssText = "margin-left:6px;font:inherit;color:inherit;background:transparent;max-width:24em";
  select.addEventListener("change", () => onChange(select.value));
  label.append(name, select);
  return { label, select };
}

/** Each proposal by its token, with the entity that came of it. */
function proposalOptions({ tokens, predicted }: AttentionModel): [string, string][] {
  return tokens.map((token, place) => {
    const entity = predicted.find(({ proposal }) => proposal === place);
    const outcome = entity ? ` → (${entity.start}, ${entity.end - 1}, ${entity.type})` : "";
    return [String(place), `${place} ${token}${outcome}`];
  });
}
