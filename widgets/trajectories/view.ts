import { changeFilter, clickEntity, entityControl, entityOf, filterControls } from "../sentence/filter";
import type { Control, View } from "../shared/widget";
import { momentText } from "./lines";
import { lastStage, type OpenTrajectories } from "./paths";
import { judgedEntities, shownTrajectories, type TrajectoriesState } from "./state";

/** Steps of the slider between two states: as many pictures make a smooth move. */
const between = 8;

export const trajectoriesView: View<TrajectoriesState, OpenTrajectories> = {
  controls(data, state) {
    const { moment, near, selected } = state;
    const shown = shownTrajectories(data, state);
    const judged = judgedEntities(data);
    const controls: Control[] = [];
    const last = data.stages.length;
    if (last) {
      controls.push(
        {
          type: "slider",
          name: "moment",
          label: "moment",
          from: 0,
          to: last,
          step: 1 / between,
          value: moment,
          reading: momentText(data, moment),
          play: 60,
        },
        {
          type: "choice",
          name: "stage",
          label: "state",
          options: [...data.stages, lastStage].map((text, place) => ({ value: String(place), text })),
          value: String(Math.round(moment)),
          arrows: "horizontal",
        },
      );
    }
    if (judged.length)
      controls.push(
        entityControl(
          shown.map(({ entity }) => entity),
          selected ?? undefined,
        ),
      );
    controls.push(...filterControls(judged, state));
    if (judged.length) controls.push({ type: "toggle", name: "near", label: "near the entity", value: near });
    return controls;
  },

  change(data, state, control, value) {
    switch (control) {
      case "moment":
      case "stage": {
        const moment = Number(value);
        const within = moment >= 0 && moment <= data.stages.length;
        return within ? { ...state, moment } : state;
      }
      case "near":
        return { ...state, near: value === true };
      case "selected":
        return { ...state, selected: entityOf(value) };
      default:
        return changeFilter(state, control, value) ?? state;
    }
  },

  click: (data, state, value) => clickEntity(state, value, data.entities),
};
