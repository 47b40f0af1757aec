import { type CodeCell, joined, type Notebook } from "./notebook";

/** What a notebook is about. */
export interface NotebookSummary {
  readonly title: string;
  /** The text's first paragraph, in Markdown; empty where there is none. */
  readonly paragraph: string;
  /** The first picture among the outputs, a PNG in base64. */
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
    picture: firstPicture(notebook),
  };
}

function firstPicture({ cells }: Notebook): string | undefined {
  const outputs = cells
    .filter((cell): cell is CodeCell => cell.cell_type === "code")
    .flatMap((cell) => cell.outputs);
  for (const output of outputs) {
    const picture = "data" in output ? output.data["image/png"] : undefined;
    if (picture !== undefined) return joined(picture).replace(/\s/g, "");
  }
  return undefined;
}
