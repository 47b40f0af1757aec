import { type CodeCell, type DisplayOutput, joined, type Notebook } from "./notebook-file";

/** The entry of a notebook in the index. */
export interface NotebookSummary {
  readonly title: string;
  /** First paragraph of the text, in Markdown; empty if the notebook has no text. */
  readonly paragraph: string;
  /** The most informative picture among the outputs, as PNG in base64. */
  readonly picture: string | undefined;
}

/** The title is the first heading, or "Notebook" without one. */
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
    picture: bestPicture(notebook),
  };
}

interface Picture {
  readonly png: string;
  /** False for the picture of a table. */
  readonly isFigure: boolean;
  readonly fits: boolean;
}

/** Ratio of width to height of pictures that stay readable in an entry of the index. */
const [minAspect, maxAspect] = [0.75, 3.2];

/**
 * Prefers figures to tables, the largest figure in bytes to others, and the first table to others. Pictures that are far too wide or
 * high come last.
 */
function bestPicture({ cells }: Notebook): string | undefined {
  const pictures = cells
    .filter((cell): cell is CodeCell => cell.cell_type === "code")
    .flatMap((cell) => cell.outputs)
    .flatMap((output) => ("data" in output ? picturesIn(output.data) : []));
  const rank = ({ fits, isFigure }: Picture): number => (fits ? (isFigure ? 0 : 1) : 2);
  const bySize = (a: Picture, b: Picture): number => b.png.length - a.png.length;
  pictures.sort((a, b) => rank(a) - rank(b) || (rank(a) === 1 ? 0 : bySize(a, b)));
  return pictures.at(0)?.png;
}

function picturesIn({ "image/png": picture, "text/html": html }: DisplayOutput["data"]): Picture[] {
  const png = joined(picture ?? "").replace(/\s/g, "");
  if (png === "") return [];
  const header = Buffer.from(png.slice(0, 32), "base64");
  const aspect = header.length === 24 ? header.readUInt32BE(16) / header.readUInt32BE(20) : Number.NaN;
  const isFigure = html === undefined || joined(html).includes("<img ");
  return [{ png, isFigure, fits: aspect >= minAspect && aspect <= maxAspect }];
}
