import { extname } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import type { WidgetInstance } from "../../../widgets/shared/widget";
import { InputError } from "../../base/errors";
import { writeAtomic } from "../../base/files";
import { oneOf } from "./options";
import { note, printText } from "./output";

/** The files that a widget is written to, and how its pictures look. */
export interface WidgetOutput {
  readonly out?: readonly string[];
  readonly format?: readonly string[];
  readonly theme?: "light" | "dark";
  /** In CSS pixels. */
  readonly width?: number;
  readonly font?: string;
  readonly panel?: string;
}

const extensions = [".svg", ".pdf", ".png", ".html", ".csv", ".arrow", ".txt"];

/** Adds `--out` and the options of pictures. @param name of the files of `--format`; without it there is no such option */
export function addWidgetOutput(command: Command, name?: string): Command {
  command.option("--out <file>", "output file (repeatable, with different extensions)", outputFile);
  if (name !== undefined)
    command.option(
      "--format <name>",
      `output format, for a file ${name}.… in the current folder (repeatable): ${extensions.map((one) => one.slice(1)).join(", ")}`,
      (value: string, before?: readonly string[]) => outputFile(`${name}.${value}`, before),
    );
  return command
    .option(
      "--width <length>",
      "width in print, such as 84mm: text has its real size in print",
      lengthInPixels,
    )
    .option("--font <name>", "an installed font for all texts of an SVG or PDF, which become outlines")
    .option("--panel <name>", "only one panel: a part of its title, or its number from the top")
    .option("--theme <name>", "colors of pictures: light, dark", oneOf(["light", "dark"]), "light");
}

/** CSS pixels per unit; a CSS pixel is 1/96 inch. */
const units: Readonly<Record<string, number>> = { mm: 96 / 25.4, cm: 96 / 2.54, in: 96, pt: 96 / 72, px: 1 };

/** Narrower and wider pictures are mistakes of the unit. */
const [narrowest, widest] = [100, 4000];

/** Reads a length such as 84mm, 3.3in or 240pt, as CSS pixels. */
function lengthInPixels(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(mm|cm|in|pt|px)$/.exec(text) ?? [];
  if (number === undefined)
    throw new InvalidArgumentError("It must be a length such as 84mm, 3.3in or 240pt.");
  const pixels = Number(number) * units[unit];
  if (pixels < narrowest || pixels > widest)
    throw new InvalidArgumentError("It must be between 27mm and 1058mm.");
  return pixels;
}

/** Collects the values of `--out`, and rejects unknown formats before anything is computed. */
function outputFile(file: string, before: readonly string[] = []): string[] {
  if (!extensions.includes(extname(file).toLowerCase()))
    throw new InvalidArgumentError(`It must end in one of ${extensions.join(", ")}.`);
  return [...before, file];
}

/** Writes a widget to the files; without files, prints its text description. */
export async function writeWidget<Packed, State extends object, Data>(
  instance: WidgetInstance<Packed, State, Data>,
  { out = [], format = [], theme, width, font, panel }: WidgetOutput,
): Promise<void> {
  const { widget, packed, state } = instance;
  const files = [...out, ...format];
  if (!files.length) printText(widget.text(widget.open(packed), state));
  const { renderWidget } = await import("../../../widgets/shared/save.js");
  for (const file of files) {
    writeAtomic(file, await optionErrors(() => renderWidget(instance, file, { theme, width, font, panel })));
    note(`wrote ${file}`);
  }
}

/** Turns a range error of a picture, which `--font` or `--panel` causes, into an InputError. */
async function optionErrors<T>(render: () => Promise<T>): Promise<T> {
  try {
    return await render();
  } catch (error) {
    throw error instanceof RangeError ? new InputError(`--${error.message}`, { cause: error }) : error;
  }
}
