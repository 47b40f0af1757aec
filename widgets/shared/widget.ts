import type { Figure } from "./figure";
import type { Grid } from "./grid";
import type { Scene } from "./scene";
import type { Theme } from "./theme";

/** A piece of a widget's picture: a plotly figure, a drawing of our own, or a table. */
export type Part = { readonly figure: Figure } | { readonly scene: Scene } | { readonly grid: Grid };

/** The numbers behind a picture, column by column, all of one length. */
export interface DataTable {
  /** Becomes the name of an exported file. */
  readonly name: string;
  readonly columns: Readonly<Record<string, readonly (string | number | boolean | null)[]>>;
  /** Names of the columns that hold fractions, even where all of them happen to be whole: a file's types are no matter of luck. */
  readonly fractions?: readonly string[];
}

/**
 * A widget: what it shows as a function of its data and of the state that the reader has brought it to. Nothing here
 * touches a page, so the same code draws in browsers, in pictures and in tests.
 * @typeParam Packed JSON that travels to the browser
 * @typeParam State what the controls change; JSON
 * @typeParam Data the packed data made ready, once
 */
export interface Widget<Packed, State extends object, Data = Packed> {
  /** Name of the widget's folder. */
  readonly kind: string;
  /** Makes packed data ready to draw. */
  open(packed: Packed): Data;
  /** Names what is shown, in a few words; read out by screen readers. */
  title(data: Data, state: State): string;
  /** The picture: its parts stand one below the other. */
  build(data: Data, state: State, theme: Theme): readonly Part[];
  /** The picture in words, for terminals and screen readers; the first line says the most. */
  text(data: Data, state: State): string;
  /** What the export to CSV and Arrow holds. */
  table(data: Data, state: State): DataTable;
  /** How the reader works it; absent where there is nothing to choose. */
  readonly view?: View<State, Data>;
}

/** A widget's controls and what they do. */
export interface View<State extends object, Data> {
  controls(data: Data, state: State): readonly Control[];
  /** The state after a control got a new value. */
  change(data: Data, state: State, control: string, value: ControlValue): State;
  /** The state after a click on a mark that carries `value`: `customdata` in figures; undefined when it means nothing. */
  click?(data: Data, state: State, value: unknown): State | undefined;
}

export type ControlValue = string | number | boolean | readonly string[];

/** Which arrow keys work a control while the focus is on the widget. */
export type Arrows = "horizontal" | "vertical";

export interface Option {
  readonly value: string;
  readonly text: string;
}

interface Named {
  readonly name: string;
  readonly label: string;
}

/** One of several. */
export interface Choice extends Named {
  readonly type: "choice";
  readonly options: readonly Option[];
  readonly value: string;
  readonly arrows?: Arrows;
}

/** Any of several. */
export interface Several extends Named {
  readonly type: "several";
  readonly options: readonly Option[];
  readonly value: readonly string[];
}

/** On or off. */
export interface Toggle extends Named {
  readonly type: "toggle";
  readonly value: boolean;
}

/** A number on a slider; it can move by itself, a step each `play` milliseconds. */
export interface Slider extends Named {
  readonly type: "slider";
  readonly from: number;
  readonly to: number;
  readonly step: number;
  readonly value: number;
  /** What the number stands for, e.g. "layer 2". */
  readonly reading: string;
  readonly play?: number;
  readonly arrows?: Arrows;
}

export type Control = Choice | Several | Toggle | Slider;

/** A widget with what it is to show. */
export interface Shown<Packed, State extends object, Data = Packed> {
  readonly widget: Widget<Packed, State, Data>;
  readonly packed: Packed;
  readonly state: State;
}
