import { basename, join } from "node:path";
import { writeAtomic } from "../../src/base/files";
import { type ExecuteOptions, executeNotebook } from "./execute-notebook";
import { readNotebook } from "./notebook-file";
import { renderNotebookPage } from "./notebook-page";

/** Paths of an executed notebook and its web page. */
export interface ExecutedNotebook {
  readonly page: string;
  readonly notebook: string;
}

/**
 * Executes a notebook in a new kernel and writes it and its web page to a folder, under the notebook's name.
 * @throws NotebookError for the cell that fails, InputError if `input` is not a notebook
 */
export async function executeToPage(
  input: string,
  folder: string,
  options?: ExecuteOptions,
): Promise<ExecutedNotebook> {
  const name = basename(input, ".ipynb");
  const notebook = join(folder, `${name}.ipynb`);
  const page = join(folder, `${name}.html`);
  await executeNotebook(input, notebook, options);
  writeAtomic(page, renderNotebookPage(readNotebook(notebook)));
  return { page, notebook };
}
