import { showHtml } from "../shared/show";
import { buildTable, type Frame, type Rows, tableText } from "./build";

/** Shows records, or a data frame such as danfojs's, as a table. */
export function showTable(table: Rows | Frame): void {
  showHtml(buildTable(table), tableText(table));
}
