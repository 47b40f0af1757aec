import { namesOf } from "../shared/text";
import type { Widget } from "../shared/widget";
import { buildCurves } from "./build";
import type { PackedCurves } from "./data";
import type { State } from "./state";
import { view } from "./view";
import { curvesTable, curvesText } from "./words";

/** How training went: loss, learning rate and the scores on dev. */
export const trainingCurvesWidget: Widget<PackedCurves, State> = {
  kind: "training-curves",
  open: (packed) => packed,
  title: ({ runs }) =>
    runs.length === 1 ? "Training curves" : `Training curves of ${namesOf(runs.map(({ name }) => name))}`,
  build: (data, state, theme) => [{ figure: buildCurves(data, state, theme) }],
  text: curvesText,
  table: curvesTable,
  view,
};
