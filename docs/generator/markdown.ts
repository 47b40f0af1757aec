import { readdirSync } from "node:fs";
import { join } from "node:path";
import MarkdownIt from "markdown-it";

/** A fenced block of code, or an indented one. */
export interface Block {
  /** "ts", "sh"; empty where the fence names none. */
  readonly language: string;
  readonly code: string;
  /** Of its first line, from 1. */
  readonly line: number;
  /** What the HTML comment right above it says after "not run:", which readers of the page do not see. */
  readonly notRun: string | undefined;
}

/** The project's pages for readers, relative to its root. */
export function markdownFiles(root: string): string[] {
  const guides = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md"));
  return ["README.md", "CONTRIBUTING.md", "data/README.md", ...guides.sort().map((name) => `docs/${name}`)];
}

const markdown = new MarkdownIt({ html: true });

/** All blocks of code of a page, in its order. */
export function blocksOf(page: string): Block[] {
  const tokens = markdown.parse(page, {});
  return tokens.flatMap((token, at) => {
    if (token.type !== "fence" && token.type !== "code_block") return [];
    const above = tokens[at - 1];
    const said = above?.type === "html_block" ? above.content.match(/<!-- not run: (.*?) -->/s) : null;
    const [first] = token.map ?? [0];
    return [{ language: token.info.trim(), code: token.content, line: first + 2, notRun: said?.[1] }];
  });
}

/** The pieces of code within a page's text. */
export function inlineCode(page: string): string[] {
  const inline = markdown.parse(page, {}).flatMap(({ children }) => children ?? []);
  return inline.filter(({ type }) => type === "code_inline").map(({ content }) => content);
}

/** Where the links of a page lead, pictures included. */
export function targetsOf(page: string): string[] {
  const inline = markdown.parse(page, {}).flatMap(({ children }) => children ?? []);
  return inline.flatMap((token) => {
    const target = token.attrGet("href") ?? token.attrGet("src");
    return target === null ? [] : [String(target)];
  });
}

/** The anchors that GitHub gives a page's headings. */
export function anchorsOf(page: string): string[] {
  const tokens = markdown.parse(page, {});
  return tokens.flatMap((token, at) =>
    token.type === "heading_open" ? [anchorOf(plain(tokens[at + 1].children ?? []))] : [],
  );
}

function plain(children: readonly { readonly content: string }[]): string {
  return children.map(({ content }) => content).join("");
}

function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replaceAll(" ", "-");
}
