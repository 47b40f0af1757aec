import type { Trace } from "../../src/detector/trace-types";
import type { Control, ControlValue } from "./controls";
import type { Figure } from "./figure";
import type { Grid } from "./grid";
import type { Scene } from "./scene";
import type { Theme } from "./theme";

/** A part of a widget's picture: a plotly figure, a drawing of rectangles, paths and texts, or a table. */
export type Part = { readonly figure: Figure } | { readonly scene: Scene } | { readonly grid: Grid };

/** The numbers behind a picture, as columns of equal length. */
export interface DataTable {
  /** Becomes the name of an exported file. */
  readonly name: string;
  readonly columns: Readonly<Record<string, readonly (string | number | boolean | null)[]>>;
  /** Columns that are exported as fractions even if all their values are whole, so that a file's types do not vary. */
  readonly fractions?: readonly string[];
}

/**
 * A widget as functions of its data and its state. None of them accesses a page, so the same code draws in browsers, in static
 * pictures and in tests.
 * @typeParam Packed JSON that is sent to the browser
 * @typeParam State what the controls change; JSON
 * @typeParam Data the packed data, prepared once for drawing
 */
export interface Widget<Packed, State extends object, Data = Packed> {
  /** Names the kind of widget; stored with its data. */
  readonly kind: string;
  /** Prepares packed data for drawing. */
  open(packed: Packed): Data;
  /** A short name of the picture; screen readers announce it. */
  title(data: Data, state: State): string;
  /**
   * The parts of the picture, from top to bottom.
   * @param width available CSS pixels; absent for a static picture
   */
  build(data: Data, state: State, theme: Theme, width?: number): readonly Part[];
  /** Text description, for terminals and screen readers; its first line is a summary. */
  text(data: Data, state: State): string;
  /** The content of CSV and Arrow files. */
  table(data: Data, state: State): DataTable;
  /** Absent if the reader has nothing to choose. */
  readonly view?: View<State, Data>;
  /** Makes the widget for another text; absent if it shows no trace. @param first what the widget shows before any edit */
  readonly retrace?: (model: Tracer, first: Packed) => MakeWidget<Packed, State, Data>;
}

/** A widget's controls and what they do. */
export interface View<State extends object, Data> {
  controls(data: Data, state: State): readonly Control[];
  /** The state after a control got a new value. */
  change(data: Data, state: State, control: string, value: ControlValue): State;
  /** The state after a click on a mark with that `value` (`customdata` in figures); undefined if the click means nothing. */
  click?(data: Data, state: State, value: unknown): State | undefined;
}

/** A widget with its data and state. */
export interface WidgetInstance<Packed, State extends object, Data = Packed> {
  readonly widget: Widget<Packed, State, Data>;
  readonly packed: Packed;
  readonly state: State;
}

/** Makes a widget for a text that the reader typed. @param state what the widget shows on the page */
export type MakeWidget<Packed, State extends object, Data> = (
  text: string,
  state: State,
) => Promise<WidgetInstance<Packed, State, Data>>;

/** Traces texts: a detector, or a model in a page. */
export interface Tracer {
  trace(text: string, intervention?: { readonly prior?: "off" }): Promise<Trace>;
}
