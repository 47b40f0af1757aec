import hljs from "highlight.js/lib/core";
import typescript from "highlight.js/lib/languages/typescript";
import MarkdownIt, { type Token } from "markdown-it";

hljs.registerLanguage("typescript", typescript);

const markdown = new MarkdownIt({
  typographer: true,
  highlight: (code, language) => (/^(ts|typescript|js|javascript)$/.test(language) ? highlight(code) : ""),
});

/** Headings can be led to by their words, as in Jupyter; within a set, links from notebook to notebook lead from page to page. */
markdown.core.ruler.push("places", ({ tokens, env }) => {
  for (const [at, block] of tokens.entries()) {
    if (block.type === "heading_open")
      block.attrSet(
        "id",
        wordsOf(tokens[at + 1])
          .trim()
          .replace(/\s+/g, "-"),
      );
    for (const token of block.children ?? []) {
      const address = token.type === "link_open" ? String(token.attrGet("href")) : "";
      const to = /^([^/?#:]+)\.ipynb(#.*)?$/.exec(address);
      if (to && env.inSet) token.attrSet("href", `${to[1]}.html${to[2] ?? ""}`);
    }
  }
});

function wordsOf({ children }: Token): string {
  return (children ?? [])
    .map(({ type, content }) => (/^(?:text|code_inline)$/.test(type) ? content : ""))
    .join("");
}

/**
 * Markdown as HTML; HTML within it is shown as text.
 * @param inSet whether the notebooks of its folder are pages beside this one
 */
export function renderMarkdown(text: string, inSet: boolean): string {
  return markdown.render(text, { inSet });
}

/** TypeScript as HTML, its words colored by class. */
export function highlight(code: string): string {
  return hljs.highlight(code, { language: "typescript" }).value;
}
