import hljs from "highlight.js/lib/core";
import typescript from "highlight.js/lib/languages/typescript";
import MarkdownIt, { type Token } from "markdown-it";

hljs.registerLanguage("typescript", typescript);

const markdown = new MarkdownIt({
  typographer: true,
  highlight: (code, language) => (/^(ts|typescript|js|javascript)$/.test(language) ? highlight(code) : ""),
});

/** Headings get their words as ids, as in Jupyter. Within a set of pages, links to notebooks become links to their pages. */
markdown.core.ruler.push("links", ({ tokens, env }) => {
  for (const [i, block] of tokens.entries()) {
    if (block.type === "heading_open")
      block.attrSet(
        "id",
        textOf(tokens[i + 1])
          .trim()
          .replace(/\s+/g, "-"),
      );
    for (const token of block.children ?? []) {
      const href = token.type === "link_open" ? String(token.attrGet("href")) : "";
      const notebook = /^([^/?#:]+)\.ipynb(#.*)?$/.exec(href);
      if (notebook && env.inSet) token.attrSet("href", `${notebook[1]}.html${notebook[2] ?? ""}`);
    }
  }
});

function textOf({ children }: Token): string {
  return (children ?? [])
    .map(({ type, content }) => (/^(?:text|code_inline)$/.test(type) ? content : ""))
    .join("");
}

/**
 * Markdown as HTML. HTML within it is shown as text.
 * @param inSet whether the notebooks of its folder have pages next to this one
 */
export function renderMarkdown(text: string, inSet: boolean): string {
  return markdown.render(text, { inSet });
}

/** TypeScript as HTML with highlighted syntax. */
export function highlight(code: string): string {
  return hljs.highlight(code, { language: "typescript" }).value;
}
