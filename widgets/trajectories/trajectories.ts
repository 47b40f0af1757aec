import type { Trace } from "../../src/detector/trace-types";
import {
  changeFilter,
  clickEntity,
  entityControl,
  filterControls,
  passes,
  selectedId,
} from "../sentence/entity-filter";
import type { SentenceEntity } from "../sentence/sentence-entities";
import { sentenceScene } from "../sentence/sentence-scene";
import { type Control, choice, toggle } from "../shared/controls";
import { display } from "../shared/display";
import type { Theme } from "../shared/theme";
import type { Part, View, Widget, WidgetInstance } from "../shared/widget";
import { trajectoriesFigure } from "./trajectories-figure";
import { trajectoriesTable, trajectoriesText, trajectoriesTitle } from "./trajectories-text";
import {
  initialState,
  judgedEntities,
  lastStage,
  momentText,
  openTrajectories,
  type PackedTrajectories,
  packTrajectories,
  shownTrajectories,
  type TrajectoriesData,
  type TrajectoriesState,
  type TrajectoryOptions,
} from "./trajectory-data";
import { linesScene } from "./trajectory-lines";

export type { TrajectoryOptions } from "./trajectory-data";

/** Slider steps between two states, for a smooth animation. */
const stepsPerState = 8;

const trajectoriesView: View<TrajectoriesState, TrajectoriesData> = {
  controls: (data, state) => {
    const judged = judgedEntities(data);
    const shown = shownTrajectories(data, state).map(({ entity }) => entity);
    return [
      ...(data.stages.length ? momentControls(data, state) : []),
      ...(judged.length ? [entityControl(shown, state.selected)] : []),
      ...filterControls(judged, state),
      ...(judged.length ? [toggle("near", "zoom to the entity", state.near)] : []),
    ];
  },
  change: (data, state, control, value) => {
    switch (control) {
      case "moment":
      case "stage": {
        const moment = Number(value);
        return moment >= 0 && moment <= data.stages.length ? { ...state, moment } : state;
      }
      case "near":
        return { ...state, near: value === true };
      case "selected":
        return { ...state, selected: selectedId(value) };
      default:
        return changeFilter(state, control, value) ?? state;
    }
  },
  click: (data, state, value) => clickEntity(state, value, data.entities),
};

function momentControls(data: TrajectoriesData, { moment }: TrajectoriesState): Control[] {
  const stages = [...data.stages, lastStage].map((name, stage) => [String(stage), name] as const);
  return [
    {
      type: "slider",
      name: "moment",
      label: "moment",
      from: 0,
      to: data.stages.length,
      step: 1 / stepsPerState,
      value: moment,
      reading: momentText(data, moment),
      play: 60,
    },
    choice("stage", "state", stages, String(Math.round(moment)), "horizontal"),
  ];
}

/** How the proposal of each predicted entity moved, from the proposer to the prediction. */
export const trajectoriesWidget: Widget<PackedTrajectories, TrajectoriesState, TrajectoriesData> = {
  kind: "trajectories",
  open: openTrajectories,
  title: trajectoriesTitle,
  build,
  text: trajectoriesText,
  table: trajectoriesTable,
  view: trajectoriesView,
};

/** The sentence, the lines of Table 8, and a figure of the start–end plane and the class probabilities. */
function build(data: TrajectoriesData, state: TrajectoriesState, theme: Theme): Part[] {
  const { tokens, gold, predicted, types } = data;
  const isShown = (entity: SentenceEntity): boolean => passes(state, entity);
  const options = { isShown, selected: state.selected, grayed: "gold" } as const;
  return [
    { scene: sentenceScene({ tokens, entities: gold, predicted, types }, options, theme) },
    { scene: linesScene(data, state, theme) },
    ...(data.entities.length ? [{ figure: trajectoriesFigure(data, state, theme) }] : []),
  ];
}

/**
 * How the proposal of each predicted entity moved: as lines like those of Table 8, and on the start–end plane.
 * @throws RangeError if `states` is not a number of states that the trace has
 */
export function trajectories(
  trace: Trace,
  options?: TrajectoryOptions,
): WidgetInstance<PackedTrajectories, TrajectoriesState, TrajectoriesData> {
  const packed = packTrajectories(trace, options);
  return { widget: trajectoriesWidget, packed, state: initialState(packed) };
}

export interface ShowTrajectoriesOptions extends TrajectoryOptions {
  /** Traces a sentence that the reader types into the widget. */
  readonly another?: (tokens: readonly string[]) => Promise<Trace>;
}

/** Shows {@link trajectories} in the running cell; outside a notebook, prints the text description. */
export async function showTrajectories(
  trace: Trace,
  { another, ...options }: ShowTrajectoriesOptions = {},
): Promise<void> {
  const make =
    another &&
    (async (tokens: readonly string[]) => trajectories(await another(tokens), { ...options, judged: false }));
  await display(trajectories(trace, options), make);
}
