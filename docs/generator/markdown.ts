import { readdirSync } from "node:fs";
import { join } from "node:path";
import MarkdownIt from "markdown-it";

/** A fenced block of code, or an indented one. */
export interface Block {
  /** "ts", "sh"; empty if the fence names none. */
  readonly language: string;
  readonly code: string;
  /** Line of its first line of code, counted from 1. */
  readonly line: number;
  /** The reason in an HTML comment `<!-- not run: … -->` directly above it. */
  readonly notRun: string | undefined;
}

/** The project's pages, relative to its root. */
export function markdownFiles(root: string): string[] {
  const guides = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md"));
  return ["README.md", "CONTRIBUTING.md", "data/README.md", ...guides.sort().map((name) => `docs/${name}`)];
}

const markdown = new MarkdownIt({ html: true });

/** All blocks of code of a page, in order. */
export function blocksOf(page: string): Block[] {
  const tokens = markdown.parse(page, {});
  return tokens.flatMap((token, index) => {
    if (token.type !== "fence" && token.type !== "code_block") return [];
    const above = tokens[index - 1];
    const reason = above?.type === "html_block" ? above.content.match(/<!-- not run: (.*?) -->/s) : null;
    const [first] = token.map ?? [0];
    return [{ language: token.info.trim(), code: token.content, line: first + 2, notRun: reason?.[1] }];
  });
}

/** The targets of a page's links and pictures. */
export function targetsOf(page: string): string[] {
  const inline = markdown.parse(page, {}).flatMap(({ children }) => children ?? []);
  return inline.flatMap((token) => {
    const target = token.attrGet("href") ?? token.attrGet("src");
    return target === null ? [] : [String(target)];
  });
}
