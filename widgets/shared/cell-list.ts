/** State of a widget that lists the sentences of a chosen cell, page by page. */
export interface CellListState {
  readonly chosen: object | null;
  /** Counts from 0. */
  readonly page: number;
}

/** Value of the control "cell" for no cell. Other values are cells as JSON. */
export const nothing = "nothing";

/** Applies the controls "cell" and "page" of the list. Other controls change nothing. */
export function changeList<S extends CellListState>(state: S, control: string, value: unknown): S {
  if (control === "page") return { ...state, page: Number(value) - 1 };
  if (control !== "cell") return state;
  const cell: object | null = value === nothing ? null : JSON.parse(String(value));
  return { ...state, chosen: cell, page: 0 };
}

export function isSameCell(one: object | null, other: object): boolean {
  const values = new Map(Object.entries(one ?? {}));
  return Object.entries(other).every(([key, value]) => values.get(key) === value);
}

/** Chooses a clicked cell, or clears the choice if it was already chosen. */
export function toggleCell<S extends CellListState>(state: S, cell: object): S {
  return { ...state, chosen: isSameCell(state.chosen, cell) ? null : cell, page: 0 };
}
