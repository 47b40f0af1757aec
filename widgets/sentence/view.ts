import type { Control, ControlValue, View } from "../shared/widget";
import { changeFilter, clickEntity, entityControl, entityOf, filterControls } from "./filter";
import { type OpenSentence, type SentenceState, type Sides, shownEntities, sidesOf } from "./state";

const sidesText: Readonly<Record<Sides, string>> = {
  both: "gold and predicted",
  gold: "gold",
  predicted: "predicted",
};

export const sentenceView: View<SentenceState, OpenSentence> = {
  controls(data, state) {
    const { sides, positions, selected } = state;
    const shown = shownEntities(data, state);
    const choices = sidesOf(data.sentence);
    const controls: Control[] = [];
    if (choices.length > 1) {
      const options = choices.map((value) => ({ value, text: sidesText[value] }));
      controls.push({
        type: "choice",
        name: "sides",
        label: "show",
        options,
        value: sides,
        arrows: "horizontal",
      });
    }
    controls.push(...filterControls(data.entities, state));
    if (data.entities.length) controls.push(entityControl(shown, selected ?? undefined));
    controls.push({ type: "toggle", name: "positions", label: "positions", value: positions });
    return controls;
  },

  change(data, state, control, value: ControlValue) {
    switch (control) {
      case "sides": {
        const sides = sidesOf(data.sentence).find((one) => one === value);
        return sides ? { ...state, sides } : state;
      }
      case "positions":
        return { ...state, positions: value === true };
      case "selected":
        return { ...state, selected: entityOf(value) };
      default:
        return changeFilter(state, control, value) ?? state;
    }
  },

  click: (data, state, value) => clickEntity(state, value, data.entities),
};
