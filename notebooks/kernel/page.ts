import { stripVTControlCharacters } from "node:util";
import hljs from "highlight.js/lib/core";
import typescript from "highlight.js/lib/languages/typescript";
import MarkdownIt from "markdown-it";
import { escapeHtml } from "../../widgets/shared/html";
import {
  type CodeCell,
  type DisplayOutput,
  joined,
  type Notebook,
  type Output,
  type TextCell,
} from "./notebook";
import { pageStyle } from "./page-style";

hljs.registerLanguage("typescript", typescript);

const markdown = new MarkdownIt({
  typographer: true,
  highlight: (code, language) => (/^(ts|typescript|js|javascript)$/.test(language) ? highlight(code) : ""),
});

/** The page may use what stands in it, and nothing else: the browser itself refuses any request. */
const policy =
  "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:";

/**
 * One HTML page of an executed notebook, with all that it needs inside. HTML outputs keep their scripts; text outputs
 * are shown as text, whatever they contain.
 */
export function renderNotebookPage(notebook: Notebook): string {
  const cells = notebook.cells.map((cell) => (cell.cell_type === "code" ? codeCell(cell) : textCell(cell)));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title(notebook))}</title>
<style>
${pageStyle()}</style>
</head>
<body>
<main>
${cells.join("\n")}
</main>
</body>
</html>
`;
}

/** The first heading; without one there is no better name than what the file is. */
function title(notebook: Notebook): string {
  for (const cell of notebook.cells) {
    const heading = cell.cell_type === "markdown" && /^#+\s+(.+)$/m.exec(joined(cell.source));
    if (heading) return heading[1].replace(/[*_`]/g, "");
  }
  return "Notebook";
}

function textCell({ cell_type, source }: TextCell): string {
  const text = joined(source);
  return `<section class="text">${cell_type === "raw" ? pre("raw", text) : markdown.render(text)}</section>`;
}

function codeCell(cell: CodeCell): string {
  const source = joined(cell.source);
  if (!source.trim() && !cell.outputs.length) return "";
  const count = cell.execution_count ?? "";
  const code = `<pre class="code"><code>${highlight(source)}</code></pre>`;
  const outputs = cell.outputs.map((output) => `<div class="output">${showOutput(output)}</div>`);
  return `<section class="cell"><div class="count" aria-label="execution ${count}">${count}</div>${code}${outputs.join("\n")}</section>`;
}

function showOutput(output: Output): string {
  if (output.output_type === "stream") return pre(output.name, joined(output.text));
  if (output.output_type === "error") {
    return pre("error", output.traceback.join("\n") || `${output.ename}: ${output.evalue}`);
  }
  return showBundle(output);
}

/** The richest of a display's MIME types that a page can show. */
function showBundle({ data, metadata }: DisplayOutput): string {
  const text = data["text/plain"] === undefined ? "" : joined(data["text/plain"]);
  if (data["text/html"] !== undefined) return joined(data["text/html"]);
  if (data["image/png"] !== undefined) {
    const { width } = (metadata["image/png"] ?? {}) as { width?: number };
    const size = typeof width === "number" ? ` width="${width}"` : "";
    return `<img${size} alt="${escapeHtml(text)}" src="data:image/png;base64,${escapeHtml(joined(data["image/png"]).replace(/\s/g, ""))}">`;
  }
  return pre("result", text);
}

function highlight(code: string): string {
  return hljs.highlight(code, { language: "typescript" }).value;
}

function pre(kind: string, text: string): string {
  return `<pre class="${escapeHtml(kind)}">${escapeHtml(stripVTControlCharacters(text))}</pre>`;
}
