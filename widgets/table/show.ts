import { display } from "../shared/show";
import type { Shown } from "../shared/widget";
import type { State } from "./build";
import { type Frame, type PackedTable, packTable, type Rows } from "./data";
import { tableWidget } from "./widget";

export interface TableOptions {
  /** Stands above the table. */
  readonly caption?: string;
}

/**
 * Records, or a data frame such as danfojs's, as a table; of more than 100 rows a page at a time. CSV and Arrow hold all.
 * @throws RangeError for two columns of one name
 */
export function table(from: Rows | Frame, { caption }: TableOptions = {}): Shown<PackedTable, State> {
  const packed = packTable(from);
  const twice = packed.columns.find((name, place) => packed.columns.indexOf(name) < place);
  if (twice !== undefined) throw new RangeError(`columns: "${twice}" is there twice; rename one`);
  return { widget: tableWidget, packed: { caption, ...packed }, state: { page: 0 } };
}

/** Shows {@link table} in the running cell; outside a notebook, prints it. */
export async function showTable(from: Rows | Frame, options?: TableOptions): Promise<void> {
  await display(table(from, options));
}
