import { InputError } from "../../src/base/errors";
import { readJson } from "../../src/base/files";

/** Text in a notebook file: a string or its lines. */
export type Text = string | readonly string[];

export interface StreamOutput {
  output_type: "stream";
  name: string;
  text: Text;
}

export interface DisplayOutput {
  output_type: "display_data" | "execute_result";
  data: Record<string, Text>;
  metadata: Record<string, unknown>;
  execution_count?: number | null;
}

export interface ErrorOutput {
  output_type: "error";
  ename: string;
  evalue: string;
  traceback: readonly string[];
}

export type Output = StreamOutput | DisplayOutput | ErrorOutput;

export interface CodeCell {
  cell_type: "code";
  source: Text;
  metadata: Record<string, unknown>;
  execution_count: number | null;
  outputs: Output[];
}

export interface TextCell {
  cell_type: "markdown" | "raw";
  source: Text;
  metadata: Record<string, unknown>;
}

export type Cell = CodeCell | TextCell;

/** A notebook in nbformat 4. */
export interface Notebook {
  cells: Cell[];
  metadata: Record<string, unknown>;
  nbformat: number;
  nbformat_minor: number;
}

/** @throws InputError when the file is missing or no notebook of format 4. */
export function readNotebook(path: string): Notebook {
  const notebook = readJson(path) as Partial<Notebook> | null;
  if (notebook?.nbformat !== 4 || !Array.isArray(notebook.cells)) {
    throw new InputError(`${path}: not a notebook of nbformat 4; save it once with Jupyter to convert it`);
  }
  return { metadata: {}, nbformat_minor: 5, ...notebook } as Notebook;
}

export function joined(text: Text): string {
  return typeof text === "string" ? text : text.join("");
}

/** The lines of a text, each with its line break, as Jupyter stores them. */
export function lines(text: Text): string[] {
  return joined(text).match(/[^\n]*\n|[^\n]+$/g) ?? [];
}
