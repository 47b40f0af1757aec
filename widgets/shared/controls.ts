/** A control's value, as `View.change` gets it. */
export type ControlValue = string | number | boolean | readonly string[];

/** Arrow keys that change a control while the widget itself has the focus. */
export type Arrows = "horizontal" | "vertical";

export interface Option {
  readonly value: string;
  readonly text: string;
}

interface Named {
  readonly name: string;
  readonly label: string;
}

/** A choice of one option. */
export interface Choice extends Named {
  readonly type: "choice";
  readonly options: readonly Option[];
  readonly value: string;
  readonly arrows?: Arrows;
}

/** A choice of any number of options. */
export interface MultiChoice extends Named {
  readonly type: "multiple";
  readonly options: readonly Option[];
  readonly value: readonly string[];
}

export interface Toggle extends Named {
  readonly type: "toggle";
  readonly value: boolean;
}

export interface Slider extends Named {
  readonly type: "slider";
  readonly from: number;
  readonly to: number;
  readonly step: number;
  readonly value: number;
  /** The meaning of the value, e.g. "layer 2". */
  readonly reading: string;
  /** Milliseconds per step of an animation; without it there is no play button. */
  readonly play?: number;
  readonly arrows?: Arrows;
}

export type Control = Choice | MultiChoice | Toggle | Slider;

/** Values that are their own text, or pairs of value and text. */
type OptionList = readonly (string | readonly [value: string, text: string])[];

/** A list, or texts by value. */
type Options = OptionList | Readonly<Record<string, string>>;

export function choice(
  name: string,
  label: string,
  options: Options,
  value: string,
  arrows?: Arrows,
): Choice {
  return { type: "choice", name, label, options: optionList(options), value, arrows };
}

export function multiChoice(
  name: string,
  label: string,
  options: Options,
  value: readonly string[],
): MultiChoice {
  return { type: "multiple", name, label, options: optionList(options), value };
}

export function toggle(name: string, label: string, value: boolean): Toggle {
  return { type: "toggle", name, label, value };
}

/** A slider named "page" over pages that count from 1; nothing for a single page. @param page counts from 0 */
export function pageControls(page: number, pages: number): Control[] {
  if (pages === 1) return [];
  const [value, reading] = [page + 1, `${page + 1} of ${pages}`];
  const range = { from: 1, to: pages, step: 1 };
  return [{ type: "slider", name: "page", label: "page", ...range, value, reading, arrows: "horizontal" }];
}

function optionList(options: Options): Option[] {
  const list: OptionList = isList(options) ? options : Object.entries(options);
  return list.map((option) => {
    const [value, text] = typeof option === "string" ? [option, option] : option;
    return { value, text };
  });
}

function isList(options: Options): options is OptionList {
  return Array.isArray(options);
}

/** @throws RangeError for a value that is not among the options */
export function assertOptions(name: string, values: readonly string[], options: readonly string[]): void {
  const unknown = values.find((value) => !options.includes(value));
  if (unknown !== undefined)
    throw new RangeError(`${name}: "${unknown}" does not exist; there are ${options.join(", ")}`);
}
