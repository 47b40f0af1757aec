import type { Trace } from "../../src/detector/trace-types";
import { editScene } from "../sentence/edit-scene";
import {
  changeFilter,
  clickEntity,
  entityControl,
  filterControls,
  passes,
  selectedId,
} from "../sentence/entity-filter";
import { originalTrace } from "../sentence/original-trace";
import type { SentenceEntity } from "../sentence/sentence-entities";
import { sentenceScene } from "../sentence/sentence-scene";
import type { EmbeddableModel } from "../shared/another-sentence";
import { type Control, choice, toggle } from "../shared/controls";
import { display } from "../shared/display";
import { fittingWidth } from "../shared/figure";
import type { Theme } from "../shared/theme";
import type { MakeWidget, Part, View, Widget, WidgetInstance } from "../shared/widget";
import { classesFigure, trajectoriesFigure } from "./trajectories-figure";
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
import { lanesScene } from "./trajectory-lanes";
import { linesScene } from "./trajectory-lines";

export type { TrajectoryOptions } from "./trajectory-data";

/** Slider steps between two states, for a smooth animation. */
const stepsPerState = 8;

const viewTexts = { lanes: "spans under the words", plane: "start–end plane" };

const trajectoriesView: View<TrajectoriesState, TrajectoriesData> = {
  controls: (data, state) => {
    const allEntities = judgedEntities(data);
    const visibleEntities = shownTrajectories(data, state).map(({ entity }) => entity);
    return [
      ...(data.stages.length ? momentControls(data, state) : []),
      ...(allEntities.length ? [choice("view", "view", viewTexts, state.view)] : []),
      ...(allEntities.length ? [entityControl(visibleEntities, state.selected)] : []),
      ...filterControls(allEntities, state),
      ...(allEntities.length ? [toggle("near", "zoom to the entity", state.near)] : []),
    ];
  },
  change: (data, state, control, value) => {
    switch (control) {
      case "moment":
      case "stage": {
        const moment = Number(value);
        return moment >= 0 && moment <= data.stages.length ? { ...state, moment } : state;
      }
      case "view":
        return value === "lanes" || value === "plane" ? { ...state, view: value } : state;
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
  retrace: (model, { tokens, stages, prior }) =>
    editedTrajectories(tokens, { states: stages.length }, (text) => model.trace(text, { prior })),
};

/** The spans under the words and the class probabilities, or the sentence and the plane; then the lines of Table 8. */
function build(data: TrajectoriesData, state: TrajectoriesState, theme: Theme, available?: number): Part[] {
  const width = fittingWidth(available);
  const { tokens, gold, predicted, types, original, entities } = data;
  const lines = { scene: linesScene(data, state, theme, width) };
  const edit = original
    ? [{ scene: editScene({ original, tokens, predicted, types }, { width }, theme) }]
    : [];
  if (state.view === "lanes" || !entities.length) {
    const lanes = { scene: lanesScene(data, state, theme, width) };
    return [
      ...edit,
      lanes,
      ...(entities.length ? [{ figure: classesFigure(data, state, theme, width) }] : []),
      lines,
    ];
  }
  const isShown = (entity: SentenceEntity): boolean => passes(state, entity);
  const options = { width, isShown, selected: state.selected, grayed: "gold" } as const;
  return [
    ...edit,
    { scene: sentenceScene({ tokens, entities: gold, predicted, types }, options, theme) },
    { figure: trajectoriesFigure(data, state, theme, width) },
    lines,
  ];
}

/**
 * How the proposal of each predicted entity moved: as bars under the words or on the start–end plane, and as lines like those of
 * Table 8.
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
  /**
   * Traces a text that the reader types into the widget, such as `(text) => detector.trace(text)`. An edited sentence is compared with
   * the original. Works while the kernel runs.
   */
  readonly another?: (text: string) => Promise<Trace>;
  /**
   * The detector that made the trace. It traces what the reader types, in place of `another`, and the notebook contains it, so that
   * this also works on pages without a kernel.
   */
  readonly model?: EmbeddableModel;
}

/** Shows {@link trajectories} in the running cell; outside a notebook, prints the text description. */
export async function showTrajectories(
  trace: Trace,
  { another, model, ...options }: ShowTrajectoriesOptions = {},
): Promise<void> {
  const prior = trace.prior === "off" ? trace.prior : undefined;
  const traceText = another ?? (model && ((text: string) => model.trace(text, { prior })));
  const editing = traceText && {
    tokens: trace.tokens,
    make: editedTrajectories(trace.tokens, options, traceText, trace),
    model,
  };
  await display(trajectories(trace, options), editing);
}

/** @param shownTrace the trace of the original sentence, if available */
function editedTrajectories(
  tokens: readonly string[],
  options: TrajectoryOptions,
  traceText: (text: string) => Promise<Trace>,
  shownTrace?: Trace,
): MakeWidget<PackedTrajectories, TrajectoriesState, TrajectoriesData> {
  return async (text, { view }) => {
    const edited = await traceText(text);
    const original = await originalTrace(tokens, edited, traceText, shownTrace);
    const instance = trajectories(edited, { ...options, judged: false, original });
    return { ...instance, state: { ...instance.state, view } };
  };
}
