import type { Widget } from "../shared/widget";
import { buildTrajectories } from "./build";
import { trajectoriesText, trajectoriesTitle } from "./lines";
import { type OpenTrajectories, openTrajectories, type Trajectories } from "./paths";
import type { TrajectoriesState } from "./state";
import { trajectoriesTable } from "./table";
import { trajectoriesView } from "./view";

/** How the proposal of each predicted entity moved, from the proposer to the prediction. */
export const trajectoriesWidget: Widget<Trajectories, TrajectoriesState, OpenTrajectories> = {
  kind: "trajectories",
  open: openTrajectories,
  title: trajectoriesTitle,
  build: buildTrajectories,
  text: trajectoriesText,
  table: trajectoriesTable,
  view: trajectoriesView,
};
