import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as ts from "typescript";

/** A link of a page into the code: [`Head.forward` · Eq. 21](../src/model/head.ts#L57). */
export interface SourceLink {
  /** "Pyramid.forward": a declaration, then a member. */
  readonly symbol: string;
  /** Text of a comment in the declaration: "Eq. 6, line 1"; undefined links to the declaration itself. */
  readonly mark: string | undefined;
  /** Relative to the page. */
  readonly file: string;
  readonly line: number;
}

const pattern = /\[`([\w.]+)`(?: · ([^\]]+))?\]\(([^)#\s]+\.ts)#L(\d+)\)/g;

/** All links of a page into the code. @internal */
export function sourceLinks(page: string): SourceLink[] {
  return [...page.matchAll(pattern)].map(([, symbol, mark, file, line]) => ({
    symbol,
    mark,
    file,
    line: Number(line),
  }));
}

/**
 * The page with the current line numbers of its links.
 * @param path path of the page, to which its links are relative
 * @throws Error if the file lacks the symbol, or the symbol's lines lack the mark
 */
export function updateSourceLinks(page: string, path: string): string {
  return page.replace(pattern, (_, symbol: string, mark: string | undefined, file: string) => {
    const line = lineOf(join(dirname(path), file), symbol, mark);
    return `[\`${symbol}\`${mark ? ` · ${mark}` : ""}](${file}#L${line})`;
  });
}

/** Counts from 1. */
function lineOf(file: string, symbol: string, mark: string | undefined): number {
  const text = readFileSync(file, "utf8");
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const node = symbol
    .split(".")
    .reduce<ts.Node | undefined>((parent, name) => parent && declarationIn(parent, name), source);
  if (!node) throw new Error(`${file} does not declare ${symbol}`);
  const lineAt = (position: number): number => source.getLineAndCharacterOfPosition(position).line;
  if (mark === undefined) return lineAt(node.getStart()) + 1;
  const [first, last] = [lineAt(node.getStart(source, true)), lineAt(node.end)];
  const lines = text.split("\n").slice(first, last + 1);
  const marked = lines.map((line) => line.split(mark).some((rest, part) => part > 0 && !/^\d/.test(rest))); // "Eq. 1" is not "Eq. 14"
  const inCode = marked.findIndex((isMarked, index) => isMarked && !/^\s*(\/?\*|\/\/)/.test(lines[index]));
  const index = inCode >= 0 ? inCode : marked.indexOf(true);
  if (index < 0)
    throw new Error(`${file}: ${symbol} (lines ${first + 1} to ${last + 1}) does not mention ${mark}`);
  return first + index + 1;
}

/** The item of a module, or the member of a class or interface, with this name. */
function declarationIn(node: ts.Node, name: string): ts.Node | undefined {
  return ts.forEachChild(node, (child) => {
    const declarations = ts.isVariableStatement(child) ? child.declarationList.declarations : [child];
    return declarations.some((declaration) => hasName(declaration, name)) ? child : undefined;
  });
}

function hasName(node: ts.Node, name: string): boolean {
  const identifier = (node as ts.NamedDeclaration).name;
  return identifier !== undefined && ts.isIdentifier(identifier) && identifier.text === name;
}
