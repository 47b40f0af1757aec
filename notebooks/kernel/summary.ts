import { type CodeCell, type DisplayOutput, joined, type Notebook } from "./notebook";

/** What a notebook is about. */
export interface NotebookSummary {
  readonly title: string;
  /** The text's first paragraph, in Markdown; empty where there is none. */
  readonly paragraph: string;
  /** The picture among the outputs that says most at a glance, a PNG in base64. */
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

interface Picture {
  readonly png: string;
  /** Whether it is drawn, where others are the picture of a table. */
  readonly figure: boolean;
  readonly fits: boolean;
}

/** Width over height of what can still be read when it is as small as an entry of the index. */
const [narrowest, widest] = [0.75, 3.2];

/**
 * A figure shows more than a table, and of figures the one that takes most bytes shows most; the first table is what a notebook
 * is about. What is far too wide or high comes last.
 */
function richestPicture({ cells }: Notebook): string | undefined {
  const pictures = cells
    .filter((cell): cell is CodeCell => cell.cell_type === "code")
    .flatMap((cell) => cell.outputs)
    .flatMap((output) => ("data" in output ? pictureOf(output.data) : []));
  const rank = ({ fits, figure }: Picture): number => (fits ? (figure ? 0 : 1) : 2);
  const byBytes = (one: Picture, other: Picture): number => other.png.length - one.png.length;
  const best = pictures.sort(
    (one, other) => rank(one) - rank(other) || (rank(one) === 1 ? 0 : byBytes(one, other)),
  );
  return best.at(0)?.png;
}

function pictureOf({ "image/png": picture, "text/html": html }: DisplayOutput["data"]): Picture[] {
  const png = joined(picture ?? "").replace(/\s/g, "");
  if (png === "") return [];
  const header = Buffer.from(png.slice(0, 32), "base64");
  const shape = header.length === 24 ? header.readUInt32BE(16) / header.readUInt32BE(20) : Number.NaN;
  const figure = html === undefined || joined(html).includes("<img ");
  return [{ png, figure, fits: shape >= narrowest && shape <= widest }];
}
