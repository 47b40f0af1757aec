import { extname } from "node:path";
import { InvalidArgumentError } from "commander";
import type { WidgetInstance } from "../../widgets/shared/widget";
import { writeAtomic } from "../base/files";
import { note, printText } from "./output";

export interface PlotOutput {
  readonly out?: readonly string[];
  readonly theme?: "light" | "dark";
}

const endings = [".svg", ".png", ".html", ".csv", ".arrow", ".txt"];

/** Gathers the values of `--out`; a file that nothing can be written to is refused before anything is computed. */
export function plotFile(file: string, before: readonly string[] = []): string[] {
  if (!endings.includes(extname(file).toLowerCase()))
    throw new InvalidArgumentError(`It must end in one of ${endings.join(", ")}.`);
  return [...before, file];
}

/** Writes a widget into each of the files; without any, prints its words. */
export async function writePlot<Packed, State extends object, Data>(
  shown: WidgetInstance<Packed, State, Data>,
  { out = [], theme }: PlotOutput,
): Promise<void> {
  const { widget, packed, state } = shown;
  if (!out.length) printText(widget.text(widget.open(packed), state));
  const { renderWidget } = await import("../../widgets/shared/save.js");
  for (const file of out) {
    writeAtomic(file, await renderWidget(shown, file, { theme }));
    note(`wrote ${file}`);
  }
}
