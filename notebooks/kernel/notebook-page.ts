import { stripVTControlCharacters } from "node:util";
import { escapeHtml } from "../../widgets/shared/html";
import { htmlPage } from "../../widgets/shared/html-page";
import {
  type CodeCell,
  type DisplayOutput,
  joined,
  type Notebook,
  type Output,
  type TextCell,
} from "./notebook-file";
import { highlight, renderMarkdown } from "./notebook-markdown";
import { summarize } from "./notebook-summary";
import { pageStyle } from "./page-style";

/** A page of the same set. */
export interface PageLink {
  /** Relative to the page. */
  readonly href: string;
  readonly title: string;
}

/** The navigation of a page within its set. */
export interface PageLinks {
  readonly index: PageLink;
  /** Names of the notebooks in the set, as in links. */
  readonly pages: ReadonlySet<string>;
  readonly previous?: PageLink;
  readonly next?: PageLink;
}

/**
 * The self-contained HTML page of an executed notebook. HTML outputs keep their scripts; text outputs are shown as text, whatever
 * they contain.
 */
export function renderNotebookPage(notebook: Notebook, links?: PageLinks): string {
  const cells = notebook.cells.map((cell) =>
    cell.cell_type === "code" ? codeCell(cell) : textCell(cell, links?.pages),
  );
  const parts = links ? [linkAbove(links), ...cells, linksBelow(links)] : cells;
  return layOutPage(summarize(notebook).title, parts);
}

/** A page that may use only what it contains. @param parts HTML */
export function layOutPage(title: string, parts: readonly string[]): string {
  return htmlPage(title, `\n${pageStyle()}`, `<main>\n${parts.join("\n")}\n</main>`);
}

function linkAbove({ index }: PageLinks): string {
  return `<nav class="above" aria-label="all notebooks">${anchor(index)}</nav>`;
}

function linksBelow({ index, previous, next }: PageLinks): string {
  const before = previous ? anchor(previous, "← ", "", "prev") : "";
  const after = next ? anchor(next, "", " →", "next") : "";
  return `<nav class="below" aria-label="neighbors"><span>${before}</span><span>${anchor(index)}</span><span>${after}</span></nav>`;
}

function anchor({ href, title }: PageLink, before = "", after = "", rel?: string): string {
  const relation = rel ? ` rel="${rel}"` : "";
  return `<a${relation} href="${escapeHtml(href)}">${before}${escapeHtml(title)}${after}</a>`;
}

function textCell({ cell_type, source }: TextCell, pages: ReadonlySet<string> | undefined): string {
  const text = joined(source);
  return `<section class="text">${cell_type === "raw" ? pre("raw", text) : renderMarkdown(text, pages)}</section>`;
}

function codeCell(cell: CodeCell): string {
  const source = joined(cell.source);
  if (!source.trim() && !cell.outputs.length) return "";
  const count = cell.execution_count ?? "";
  const code = `<pre class="code"><code>${highlight(source)}</code></pre>`;
  const outputs = cell.outputs.map((output) => `<div class="output">${renderOutput(output)}</div>`);
  return `<section class="cell"><div class="count" aria-label="execution ${count}">${count}</div>${code}${outputs.join("\n")}</section>`;
}

function renderOutput(output: Output): string {
  if (output.output_type === "stream") return pre(output.name, joined(output.text));
  if (output.output_type === "error") {
    return pre("error", output.traceback.join("\n") || `${output.ename}: ${output.evalue}`);
  }
  return renderDisplay(output);
}

/** Renders HTML if a display has it, else its picture, else its text. */
function renderDisplay({ data, metadata }: DisplayOutput): string {
  const text = data["text/plain"] === undefined ? "" : joined(data["text/plain"]);
  if (data["text/html"] !== undefined) return joined(data["text/html"]);
  if (data["image/png"] !== undefined) {
    const { width } = (metadata["image/png"] ?? {}) as { width?: number };
    const size = typeof width === "number" ? ` width="${width}"` : "";
    return `<img${size} alt="${escapeHtml(text)}" src="data:image/png;base64,${escapeHtml(joined(data["image/png"]).replace(/\s/g, ""))}">`;
  }
  return pre("result", text);
}

function pre(kind: string, text: string): string {
  return `<pre class="${escapeHtml(kind)}">${escapeHtml(stripVTControlCharacters(text))}</pre>`;
}
