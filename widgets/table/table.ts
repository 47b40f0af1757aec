import { pageControls } from "../shared/controls";
import { display } from "../shared/display";
import { gridToText } from "../shared/grid";
import type { Widget, WidgetInstance } from "../shared/widget";
import {
  captionOf,
  type Frame,
  type PackedTable,
  packTable,
  pageCount,
  type Rows,
  tableGrid,
} from "./table-grid";

interface State {
  /** Counts from 0. */
  readonly page: number;
}

export const tableWidget: Widget<PackedTable, State> = {
  kind: "table",
  open: (packed) => packed,
  title: (data, { page }) => {
    const { length } = data.rows;
    return captionOf(data, page) ?? `Table of ${length} row${length === 1 ? "" : "s"}`;
  },
  build: (data, { page }) => [{ grid: tableGrid(data, page) }],
  text: (data, { page }) => gridToText(tableGrid(data, page)),
  table: ({ columns, rows }) => ({
    name: "table",
    columns: Object.fromEntries(columns.map((name, column) => [name, rows.map((row) => row[column])])),
  }),
  view: {
    controls: (data, { page }) => pageControls(page, pageCount(data)),
    change: (_, state, control, value) => (control === "page" ? { page: Number(value) - 1 } : state),
  },
};

export interface TableOptions {
  /** Shown above the table. */
  readonly caption?: string;
}

/**
 * Shows records, or a data frame such as danfojs's, as a table with 100 rows per page. CSV and Arrow files hold all rows.
 * @throws RangeError for two columns of the same name
 */
export function table(
  rows: Rows | Frame,
  { caption }: TableOptions = {},
): WidgetInstance<PackedTable, State> {
  const packed = packTable(rows);
  const duplicate = packed.columns.find((name, column) => packed.columns.indexOf(name) < column);
  if (duplicate !== undefined) throw new RangeError(`columns: "${duplicate}" occurs twice; rename one`);
  return { widget: tableWidget, packed: { caption, ...packed }, state: { page: 0 } };
}

/** Shows {@link table} in the running cell; outside a notebook, prints it. */
export async function showTable(rows: Rows | Frame, options?: TableOptions): Promise<void> {
  await display(table(rows, options));
}
