import {
  type CodeCell,
  type DisplayOutput,
  joined,
  linesOf,
  type Notebook,
  type Output,
} from "./notebook-file";
import type { WireMessage } from "./wire";

/** Collects what a kernel publishes into the outputs of a notebook's cells. */
export class CellOutputs {
  /** The displays of all cells by id; a cell can update the display of an earlier one. */
  private readonly displays: Map<string, DisplayOutput[]> = new Map();
  private cell: CodeCell | undefined;
  private clearsBeforeNext = false;

  /** A cell starts, to which the following messages belong. */
  begin(cell: CodeCell): void {
    this.cell = cell;
    this.clearsBeforeNext = false;
    cell.outputs = [];
    cell.execution_count = null;
  }

  add({ type, content }: WireMessage): void {
    if (type === "execute_input" && this.cell) this.cell.execution_count = content.execution_count as number;
    else if (type === "stream") this.addStream(content.name as string, content.text as string);
    else if (type === "display_data") this.addDisplay(content);
    else if (type === "update_display_data") this.updateDisplays(content);
    else if (type === "execute_result" || type === "error")
      this.push({ ...content, output_type: type } as Output);
    else if (type === "clear_output") this.clear(Boolean(content.wait));
  }

  private push(output: Output): void {
    if (this.clearsBeforeNext) this.clear(false);
    this.cell?.outputs.push(output);
  }

  private clear(wait: boolean): void {
    this.clearsBeforeNext = wait;
    if (!wait && this.cell) this.cell.outputs.length = 0;
  }

  /** Text printed in pieces becomes one output. */
  private addStream(name: string, text: string): void {
    const last = this.cell?.outputs.at(-1);
    const continues = !this.clearsBeforeNext && last?.output_type === "stream" && last.name === name;
    if (continues) last.text = joined(last.text) + text;
    else this.push({ output_type: "stream", name, text });
  }

  private addDisplay(content: Record<string, unknown>): void {
    const { data, metadata } = content as Pick<DisplayOutput, "data" | "metadata">;
    const output: DisplayOutput = { output_type: "display_data", data, metadata };
    const id = displayId(content);
    if (id) this.displays.set(id, [...(this.displays.get(id) ?? []), output]);
    this.push(output);
  }

  private updateDisplays(content: Record<string, unknown>): void {
    const { data, metadata } = content as Pick<DisplayOutput, "data" | "metadata">;
    for (const output of this.displays.get(displayId(content) ?? "") ?? [])
      Object.assign(output, { data, metadata });
  }
}

function displayId(content: Record<string, unknown>): string | undefined {
  return (content.transient as { display_id?: string } | undefined)?.display_id;
}

/** Splits texts into lines as Jupyter does when it saves. A carriage return erases the line before it. */
export function splitOutputs(notebook: Notebook): void {
  for (const cell of notebook.cells) {
    if (cell.cell_type !== "code") continue;
    for (const output of cell.outputs) {
      if (output.output_type === "stream") output.text = linesOf(output.text).map(withoutErased);
      else if (output.output_type !== "error") output.data = splitTexts(output.data);
    }
  }
}

/** The rest of a line after its last carriage return. A regular expression would take quadratic time. */
function withoutErased(line: string): string {
  const end = line.endsWith("\r\n") ? line.length - 2 : line.length;
  return line.slice(line.lastIndexOf("\r", end - 1) + 1);
}

function splitTexts(data: DisplayOutput["data"]): DisplayOutput["data"] {
  const types = Object.keys(data).sort();
  return Object.fromEntries(
    types.map((type) => [type, /^text\/|\+xml$/.test(type) ? linesOf(data[type]) : data[type]]),
  );
}
