import { make } from "../frame/page";
import { allHeads, type ModelSize, type PageState } from "./page-state";

/** Controls that change a state. */
export interface Controls {
  readonly element: HTMLElement;
  /** Makes the controls show a state. */
  show(state: PageState): void;
}

/** The controls of the threshold and of the changes to the model. @param change receives what the reader changed */
export function modelControls(
  size: ModelSize,
  hasPrior: boolean,
  change: (part: Partial<PageState>) => void,
): Controls {
  const parts = [thresholdControl(change), ...(hasPrior ? [priorControl(change)] : [])];
  if (size.layers > 0) parts.push(layersControl(size, change), headsControl(size, change));
  const element = make(
    "section",
    "controls",
    { "aria-label": "model" },
    ...parts.map((part) => part.element),
  );
  return {
    element,
    show: (state) => {
      for (const part of parts) part.show(state);
    },
  };
}

function thresholdControl(change: (part: Partial<PageState>) => void): Controls {
  const slider = make("input", "", { type: "range", min: "0", max: "1", step: "0.01", value: "0.5" });
  const reading = make("output", "", { "aria-live": "off" }); // the slider says its value
  const algorithm = make("input", "", { type: "checkbox" });
  slider.addEventListener("input", () => change({ threshold: Number(slider.value) }));
  algorithm.addEventListener("change", () =>
    change({ threshold: algorithm.checked ? null : Number(slider.value) }),
  );
  const element = make(
    "fieldset",
    "",
    {},
    make("legend", "", {}, "least probability"),
    make("label", "", {}, algorithm, "more probable than None (Algorithm 2)"),
    make("label", "", {}, "threshold", slider, reading),
  );
  return {
    element,
    show: ({ threshold }) => {
      algorithm.checked = threshold === null;
      if (threshold !== null) slider.value = String(threshold);
      reading.textContent = threshold === null ? "" : threshold.toFixed(2);
    },
  };
}

function priorControl(change: (part: Partial<PageState>) => void): Controls {
  const input = make("input", "", { type: "checkbox" });
  input.addEventListener("change", () => change({ prior: input.checked ? "on" : "off" }));
  const label = make("label", "", {}, input, "Gaussian prior in attention");
  const element = make("fieldset", "", {}, make("legend", "", {}, "prior"), label);
  return {
    element,
    show: ({ prior }) => {
      input.checked = prior === "on";
    },
  };
}

function layersControl({ layers }: ModelSize, change: (part: Partial<PageState>) => void): Controls {
  const select = make("select", "");
  for (let count = layers; count >= 0; count--)
    select.append(
      make("option", "", { value: String(count) }, count === layers ? `all ${count}` : `${count}`),
    );
  select.addEventListener("change", () => change({ layers: Number(select.value) }));
  const label = make("label", "", {}, "regressor layers", select);
  const element = make("fieldset", "", {}, make("legend", "", {}, "layers"), label);
  return {
    element,
    show: (state) => {
      select.value = String(state.layers);
    },
  };
}

/** A checkbox for each head, a row for each layer. */
function headsControl(size: ModelSize, change: (part: Partial<PageState>) => void): Controls {
  const boxes = new Map(
    allHeads(size).map((head) => [
      head,
      make("input", "", { type: "checkbox", "aria-label": `head ${head}` }),
    ]),
  );
  const without = (): string[] => [...boxes].filter(([, box]) => !box.checked).map(([head]) => head);
  for (const box of boxes.values()) box.addEventListener("change", () => change({ heads: without() }));
  const rows = Array.from({ length: size.layers }, (_, layer) => {
    const row = [...boxes].slice(layer * size.heads, (layer + 1) * size.heads).map(([, box]) => box);
    return make("div", "heads", {}, make("span", "", {}, `layer ${layer + 1}`), ...row);
  });
  const element = make("fieldset", "", {}, make("legend", "", {}, "heads"), ...rows);
  return {
    element,
    show: ({ heads, layers }) => {
      for (const [head, box] of boxes) {
        box.checked = !heads.includes(head);
        box.disabled = Number(head.split(".")[0]) > layers;
      }
    },
  };
}
