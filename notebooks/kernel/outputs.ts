import { type CodeCell, type DisplayOutput, joined, lines, type Notebook, type Output } from "./notebook";
import type { WireMessage } from "./wire";

/** Collects what a kernel publishes into the outputs of a notebook, as nbformat wants them. */
export class Outputs {
  /** Displays by id over the whole notebook, for a cell may update what an earlier one showed. */
  private readonly named: Map<string, DisplayOutput[]> = new Map();
  private cell: CodeCell | undefined;
  private clearBeforeNext = false;

  /** The messages that follow belong to this cell. */
  begin(cell: CodeCell): void {
    this.cell = cell;
    this.clearBeforeNext = false;
    cell.outputs = [];
    cell.execution_count = null;
  }

  take({ type, content }: WireMessage): void {
    if (type === "execute_input" && this.cell) this.cell.execution_count = content.execution_count as number;
    else if (type === "stream") this.stream(content.name as string, content.text as string);
    else if (type === "display_data") this.display(content);
    else if (type === "update_display_data") this.update(content);
    else if (type === "execute_result") this.push({ ...content, output_type: type } as DisplayOutput);
    else if (type === "error") this.push({ ...content, output_type: type } as Output);
    else if (type === "clear_output") this.clear(Boolean(content.wait));
  }

  private push(output: Output): void {
    if (this.clearBeforeNext) this.clear(false);
    this.cell?.outputs.push(output);
  }

  private clear(wait: boolean): void {
    this.clearBeforeNext = wait;
    if (!wait && this.cell) this.cell.outputs.length = 0;
  }

  /** What is printed in pieces stays one output. */
  private stream(name: string, text: string): void {
    const last = this.cell?.outputs.at(-1);
    const goesOn = !this.clearBeforeNext && last?.output_type === "stream" && last.name === name;
    if (goesOn) last.text = joined(last.text) + text;
    else this.push({ output_type: "stream", name, text });
  }

  private display(content: Record<string, unknown>): void {
    const { data, metadata } = content as Pick<DisplayOutput, "data" | "metadata">;
    const output: DisplayOutput = { output_type: "display_data", data, metadata };
    const id = displayId(content);
    if (id) this.named.set(id, [...(this.named.get(id) ?? []), output]);
    this.push(output);
  }

  private update(content: Record<string, unknown>): void {
    const { data, metadata } = content as Pick<DisplayOutput, "data" | "metadata">;
    for (const output of this.named.get(displayId(content) ?? "") ?? [])
      Object.assign(output, { data, metadata });
  }
}

function displayId(content: Record<string, unknown>): string | undefined {
  return (content.transient as { display_id?: string } | undefined)?.display_id;
}

/** Splits texts into lines as Jupyter does when it saves; a carriage return takes back the line before it. */
export function settle(notebook: Notebook): void {
  for (const cell of notebook.cells) {
    if (cell.cell_type !== "code") continue;
    for (const output of cell.outputs) {
      if (output.output_type === "stream") output.text = lines(joined(output.text)).map(overwritten);
      else if (output.output_type !== "error") output.data = splitTexts(output.data);
    }
  }
}

/** What is left to see of a line that was begun anew. A pattern would look for the return from each character on. */
function overwritten(line: string): string {
  const end = line.endsWith("\r\n") ? line.length - 2 : line.length;
  return line.slice(line.lastIndexOf("\r", end - 1) + 1);
}

function splitTexts(data: DisplayOutput["data"]): DisplayOutput["data"] {
  const types = Object.keys(data).sort();
  return Object.fromEntries(
    types.map((type) => [type, /^text\/|\+xml$/.test(type) ? lines(data[type]) : data[type]]),
  );
}
