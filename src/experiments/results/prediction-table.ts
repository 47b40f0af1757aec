import {
  type Cell,
  columnOf,
  columnsToArrow,
  type FilledColumn,
  type ReadRows,
  type Row,
  tableFromArrow,
} from "./arrow-rows";
import { byPosition, entityOf } from "./scored-sets";
import { tables } from "./tables";

/** The columns of an entity. Each further column of the file is named after a run and says whether that run predicts it. */
const { run: _, ...entityColumns } = tables.predictions;

const entityNames = Object.keys(entityColumns);

/**
 * Writes the predictions of runs, one row per entity instead of one per run and entity: runs on the same sentences mostly predict
 * the same entities. An entity that a run predicts twice has two rows.
 * @param rows with the columns `run`, `sentence`, `start`, `end` and `type`
 */
export function predictionsToArrow(
  rows: readonly Row[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const entities = new Map<string, Row>();
  const runs = new Map<Cell, Set<string>>();
  for (const row of rows) {
    const predicted = runs.get(row.run) ?? new Set();
    runs.set(row.run, predicted);
    const key = unusedKey(predicted, row);
    predicted.add(key);
    entities.set(key, row);
  }
  const sorted = [...entities].sort(
    ([, a], [, b]) => Number(a.sentence) - Number(b.sentence) || byPosition(entityOf(a), entityOf(b)),
  );
  const ofEntities = Object.entries(entityColumns).map(([name, type]): FilledColumn => {
    return [name, type, sorted.map(([, entity]) => entity[name])];
  });
  const ofRuns = [...runs].map(([run, predicted]): FilledColumn => {
    return [String(run), "truth", sorted.map(([key]) => predicted.has(key))];
  });
  return columnsToArrow([...ofEntities, ...ofRuns], metadata);
}

/** The entity's key with the number of its copy in a run. */
function unusedKey(used: ReadonlySet<string>, { sentence, start, end, type }: Row): string {
  for (let copy = 1; ; copy++) {
    const key = `${copy} ${sentence} ${start} ${end} ${type}`;
    if (!used.has(key)) return key;
  }
}

/**
 * Inverse of {@link predictionsToArrow}.
 * @param file its name, for messages
 * @throws InputError if it is not such a table, or is damaged
 */
export function predictionsFromArrow(bytes: Uint8Array, file: string): ReadRows {
  const table = tableFromArrow(bytes, file);
  const { fields, metadata } = table.schema;
  const columns = Object.entries(entityColumns).map(
    ([name, type]) => [name, columnOf(table, name, type, file)!] as const,
  );
  const entities = Array.from({ length: table.numRows }, (_, row) =>
    Object.fromEntries(columns.map(([name, column]) => [name, column.get(row) as Cell])),
  );
  const runs = fields.map(({ name }) => name).filter((name) => !entityNames.includes(name));
  const rows = runs.flatMap((run) => {
    const predicts = columnOf(table, run, "truth", file)!;
    return entities.filter((_, row) => predicts.get(row)).map((entity): Row => ({ run, ...entity }));
  });
  return { rows, metadata };
}
