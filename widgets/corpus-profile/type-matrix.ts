import { matrixScene } from "../shared/matrix";
import type { Scene } from "../shared/scene";
import type { Theme } from "../shared/theme";
import type { PackedProfile, State } from "./profile-data";

export const matrixTitles: Readonly<Record<State["matrix"], string>> = {
  nesting: "entities inside longer ones, by type of the outer (row) and the inner entity (column)",
  together: "sentences with an entity of the row's type and another of the column's type",
};

/** How often types are nested or occur in the same sentence. Darker cells have higher counts. */
export function typeMatrix(
  data: PackedProfile,
  { split, matrix }: State,
  theme: Theme,
  width: number,
): Scene {
  const { types, splits } = data.profile;
  const counts = splits[split][matrix];
  const most = Math.max(1, ...counts.flat());
  const cells = counts.map((row, outer) =>
    row.map((count, inner) => ({
      text: String(count),
      share: count / most,
      title: cellTitle(matrix, types[outer], types[inner], count),
    })),
  );
  const title = `${split} – ${matrixTitles[matrix]}`;
  return matrixScene({ title, rows: types, columns: types, cells }, theme, width);
}

function cellTitle(matrix: State["matrix"], row: string, column: string, count: number): string {
  return matrix === "nesting"
    ? `${column} inside ${row}: ${count}`
    : `${row} and ${column} in one sentence: ${count}`;
}
