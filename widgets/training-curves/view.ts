import type { Control, View } from "../shared/widget";
import type { PackedCurves } from "./data";
import { type Measure, type State, titles } from "./state";

export const view: View<State, PackedCurves> = {
  controls: ({ runs }, state) => {
    const controls: Control[] = [
      { type: "toggle", name: "log", label: "logarithmic loss", value: state.log },
    ];
    const stepped = runs.some(({ steps }) => steps);
    if (stepped) {
      controls.push(choice("loss", "loss of", ["epochs", "steps"], state.loss));
      controls.push({ type: "toggle", name: "rate", label: "learning rate", value: state.rate });
    }
    if (runs.length > 1) {
      controls.push(choice("runs", "runs", ["each", "mean"], state.runs));
      if (runs.some(({ points }) => points.some(({ dev }) => dev))) {
        const options = Object.entries(titles).map(([value, text]) => ({ value, text }));
        controls.push({
          type: "choice",
          name: "measure",
          label: "score",
          options,
          value: state.measure,
          arrows: "vertical",
        });
      }
    }
    return controls;
  },
  change: (_, state, control, value) => {
    switch (control) {
      case "loss":
        return { ...state, loss: value as State["loss"] };
      case "log":
        return { ...state, log: value === true };
      case "rate":
        return { ...state, rate: value === true };
      case "runs":
        return { ...state, runs: value as State["runs"] };
      case "measure":
        return { ...state, measure: value as Measure };
      default:
        return state;
    }
  },
};

function choice(name: string, label: string, values: readonly string[], value: string): Control {
  return { type: "choice", name, label, options: values.map((one) => ({ value: one, text: one })), value };
}
