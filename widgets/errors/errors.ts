import type { ErrorAtlas, ErrorKindRow } from "../../src/evaluation/errors";
import { changeList, isSameCell, nothing, toggleCell } from "../shared/cell-list";
import { assertOptions, choice, pageControls } from "../shared/controls";
import { display } from "../shared/display";
import { fittingWidth } from "../shared/figure";
import { matrixScene } from "../shared/matrix";
import type { Scene } from "../shared/scene";
import type { Theme } from "../shared/theme";
import type { View, Widget, WidgetInstance } from "../shared/widget";
import { errorSentences } from "./error-sentences";
import {
  type By,
  byTexts,
  type ChosenCell,
  cellName,
  countIn,
  countMatrix,
  listHeading,
  type PackedErrors,
  packErrors,
  pageCount,
  type State,
} from "./errors-data";
import { errorsTable, errorsText, matricesOf } from "./errors-text";
import { kindsScene } from "./kinds-scene";

const errorsView: View<State, PackedErrors> = {
  controls: (data, state) => {
    const { by, chosen, page } = state;
    const kinds = data.kinds.flatMap(({ kind, count }, row) =>
      count ? [[JSON.stringify(kindCell(row)), kind] as const] : [],
    );
    const isKind = chosen === null || chosen.by === "kind";
    const cell = isKind ? [] : [[JSON.stringify(chosen), cellName(data, chosen)] as const];
    const value = chosen ? JSON.stringify(chosen) : nothing;
    return [
      choice(
        "by",
        "matrix by",
        matricesOf(data).map((one) => [one, byTexts[one]] as const),
        by,
      ),
      choice("cell", "sentences with", [nothing, ...kinds, ...cell], value, "vertical"),
      ...pageControls(page, pageCount(data, state)),
    ];
  },
  change: (_, state, control, value) => {
    if (control !== "by") return changeList(state, control, value);
    return { by: value as By, chosen: state.chosen?.by === "kind" ? state.chosen : null, page: 0 };
  },
  click: (data, state, value) => {
    const cell = value as ChosenCell;
    if (!countIn(data, cell)) return undefined;
    return toggleCell(state, cell);
  },
};

function kindCell(row: number): ChosenCell {
  return { by: "kind", row, column: 0 };
}

/** Correct cells have no shade, because their counts would leave none for the errors. */
function countsScene(data: PackedErrors, { by, chosen }: State, theme: Theme, width: number): Scene {
  const { title, rows, columns, counts, isCorrect } = countMatrix(data, by);
  const wrong = counts.flatMap((row, i) => row.filter((_, j) => !isCorrect(i, j)));
  const most = Math.max(1, ...wrong);
  const cells = counts.map((row, i) =>
    row.map((count, j) => {
      const value: ChosenCell = { by, row: i, column: j };
      return {
        text: count ? String(count) : "",
        share: isCorrect(i, j) ? 0 : count / most,
        title: `${cellName(data, value)}: ${count}`,
        ...(count && { value }),
        chosen: isSameCell(chosen, value),
      };
    }),
  );
  return matrixScene({ title, rows, columns, cells }, theme, width);
}

/** Kinds of error and their cost, errors by type and group, and the sentences behind each number. */
export const errorsWidget: Widget<PackedErrors, State> = {
  kind: "errors",
  open: (packed) => packed,
  title: (data, { chosen, page }) => {
    const list = chosen ? `; ${listHeading(data, chosen, page)}` : "";
    return `Errors of ${data.name}${list}`;
  },
  build: (data, state, theme, available) => {
    const width = fittingWidth(available);
    const { chosen, page } = state;
    return [
      { scene: kindsScene(data, state, theme, width) },
      { scene: countsScene(data, state, theme, width) },
      ...(chosen ? [{ scene: errorSentences(data, chosen, page, theme, width) }] : []),
    ];
  },
  text: errorsText,
  table: errorsTable,
  view: errorsView,
};

export interface ErrorsOptions {
  /** Name of the model. Default "model". */
  readonly name?: string;
  /** The first view of the matrix. Default "type". */
  readonly by?: By;
  /** Kind of error whose sentences are listed first. Default: none. */
  readonly kind?: ErrorKindRow["kind"];
  /** For how many entities of the same kind, types and groups to store the sentences. Default 10. */
  readonly sentences?: number;
}

/**
 * The errors of a model, as the library's function of the same name sorts them: kinds with the F1 that each costs, gold by
 * predicted types, and errors by length, nesting depth and frequency in training. A click on a number lists its sentences.
 * @throws RangeError for a matrix or kind that does not exist, or a negative number of sentences
 */
export function errors(atlas: ErrorAtlas, options: ErrorsOptions = {}): WidgetInstance<PackedErrors, State> {
  const { name = "model", by = "type", kind, sentences = 10 } = options;
  if (!(Number.isInteger(sentences) && sentences >= 0))
    throw new RangeError(`sentences: ${sentences} must be a whole number, 0 or more`);
  const packed = packErrors(name, atlas, sentences);
  assertOptions("by", [by], matricesOf(packed));
  const names = packed.kinds.map((row) => row.kind);
  if (kind !== undefined) assertOptions("kind", [kind], names);
  const cell = kind === undefined ? null : kindCell(names.indexOf(kind));
  return { widget: errorsWidget, packed, state: { by, chosen: cell, page: 0 } };
}

/** Shows {@link errors} in the running cell; outside a notebook, prints its text description. */
export async function showErrors(atlas: ErrorAtlas, options?: ErrorsOptions): Promise<void> {
  await display(errors(atlas, options));
}
