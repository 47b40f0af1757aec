import hljs from "highlight.js/lib/core";
import typescript from "highlight.js/lib/languages/typescript";
import MarkdownIt, { type Token } from "markdown-it";

hljs.registerLanguage("typescript", typescript);

const markdown = new MarkdownIt({
  typographer: true,
  highlight: (code, language) => (/^(ts|typescript|js|javascript)$/.test(language) ? highlight(code) : ""),
});

/** Headings get their words as ids, as in Jupyter. Links to notebooks that have pages become links to those. */
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
      const [, name, anchor = ""] = /^(?:[^?#:]*\/)?([^/?#:]+)\.ipynb(#.*)?$/.exec(href) ?? [];
      if (name && (env.pages as ReadonlySet<string>).has(name))
        token.attrSet("href", `${name}.html${anchor}`);
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
 * @param pages names of the notebooks that have pages next to this one, as in links
 */
export function renderMarkdown(text: string, pages: ReadonlySet<string> = new Set()): string {
  return markdown.render(text, { pages });
}

/** TypeScript as HTML with highlighted syntax. */
export function highlight(code: string): string {
  return hljs.highlight(code, { language: "typescript" }).value;
}
