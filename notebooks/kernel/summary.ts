import { type CodeCell, joined, type Notebook } from "./notebook";

/** What a notebook is about. */
export interface NotebookSummary {
  readonly title: string;
  /** The text's first paragraph, in Markdown; empty where there is none. */
  readonly paragraph: string;
  /** The picture among the outputs that shows most, a PNG in base64. */
  readonly picture: string | undefined;
}

/** The title is the first heading; without one there is no better name than what the file is. */
export function summarize(notebook: Notebook): NotebookSummary {
  const text = notebook.cells
    .filter(({ cell_type }) => cell_type === "markdown")
    .map(({ source }) => joined(source))
    .join("\n\n");
  const blocks = text.split(/\n\s*\n/).map((block) => block.trim());
  const heading = blocks.flatMap((block) => /^#+\s+(.+)/.exec(block)?.[1] ?? []).at(0);
  const paragraph = blocks
    .map((block) => block.replace(/^#+\s.*\n?/, "").trim())
    .find((block) => /^[\p{L}\p{N}*_`"“[]/u.test(block));
  return {
    title: heading?.replace(/[*_`]/g, "") ?? "Notebook",
    paragraph: paragraph ?? "",
    picture: richestPicture(notebook),
  };
}

/** What shows most takes most bytes. */
function richestPicture({ cells }: Notebook): string | undefined {
  const pictures = cells
    .filter((cell): cell is CodeCell => cell.cell_type === "code")
    .flatMap((cell) => cell.outputs)
    .map((output) => ("data" in output ? joined(output.data["image/png"] ?? "").replace(/\s/g, "") : ""))
    .filter((picture) => picture !== "");
  return pictures.sort((one, other) => other.length - one.length).at(0);
}
