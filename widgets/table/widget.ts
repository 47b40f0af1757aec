import { gridToText } from "../shared/grid";
import type { View, Widget } from "../shared/widget";
import { buildTable, captionOf, pages, type State } from "./build";
import type { PackedTable } from "./data";

const view: View<State, PackedTable> = {
  controls: (data, { page }) => {
    const last = pages(data);
    if (last === 1) return [];
    const value = page + 1;
    const reading = `${value} of ${last}`;
    const arrows = "horizontal";
    return [
      { type: "slider", name: "page", label: "page", from: 1, to: last, step: 1, value, reading, arrows },
    ];
  },
  change: (_, state, control, value) => (control === "page" ? { page: Number(value) - 1 } : state),
};

/** Records or a data frame as a table, a hundred rows at a time. */
export const tableWidget: Widget<PackedTable, State> = {
  kind: "table",
  open: (packed) => packed,
  title: (data, { page }) => {
    const { rows } = data;
    return captionOf(data, page) ?? `Table of ${rows.length} row${rows.length === 1 ? "" : "s"}`;
  },
  build: (data, state) => [{ grid: buildTable(data, state) }],
  text: (data, state) => gridToText(buildTable(data, state)),
  table: ({ columns, rows }) => ({
    name: "table",
    columns: Object.fromEntries(columns.map((name, place) => [name, rows.map((row) => row[place])])),
  }),
  view,
};
