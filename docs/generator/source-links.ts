import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as ts from "typescript";

/** A link of a page to a place in the code: [`Pyramid.forward` · Eq. 6, line 1](../src/model/pyramid.ts#L88). */
export interface SourceLink {
  /** "Pyramid.forward": a declaration, and one within it. */
  readonly symbol: string;
  /** What a comment there says: "Eq. 6, line 1"; undefined for the declaration itself. */
  readonly mark: string | undefined;
  /** Relative to the page. */
  readonly file: string;
  readonly line: number;
}

const pattern = /\[`([\w.]+)`(?: · ([^\]]+))?\]\(([^)#\s]+\.ts)#L(\d+)\)/g;

/** All such links of a page. */
export function sourceLinks(page: string): SourceLink[] {
  return [...page.matchAll(pattern)].map(([, symbol, mark, file, line]) => ({
    symbol,
    mark,
    file,
    line: Number(line),
  }));
}

/**
 * The page with the lines at which its links' symbols and marks stand now.
 * @param path the page's own path, from which its links lead
 * @throws Error where a file lacks the symbol, or the symbol's lines the mark
 */
export function relinked(page: string, path: string): string {
  return page.replace(pattern, (_, symbol: string, mark: string | undefined, file: string) => {
    const line = lineOf(join(dirname(path), file), symbol, mark);
    return `[\`${symbol}\`${mark ? ` · ${mark}` : ""}](${file}#L${line})`;
  });
}

/** From 1. */
function lineOf(file: string, symbol: string, mark: string | undefined): number {
  const text = readFileSync(file, "utf8");
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found = symbol.split(".").reduce<ts.Node | undefined>((at, name) => at && declared(at, name), source);
  if (!found) throw new Error(`${file} declares no ${symbol}`);
  const lineAt = (position: number): number => source.getLineAndCharacterOfPosition(position).line;
  if (mark === undefined) return lineAt(found.getStart()) + 1;
  const [first, last] = [lineAt(found.getStart(source, true)), lineAt(found.end)];
  const lines = text.split("\n").slice(first, last + 1);
  const says = lines.map((line) => line.split(mark).some((rest, part) => part > 0 && !/^\d/.test(rest))); // "Eq. 1" is not "Eq. 14"
  const code = says.findIndex((said, at) => said && !/^\s*(\/?\*|\/\/)/.test(lines[at]));
  const at = code >= 0 ? code : says.indexOf(true);
  if (at < 0)
    throw new Error(`${file}: ${symbol} (lines ${first + 1} to ${last + 1}) says nothing of ${mark}`);
  return first + at + 1;
}

/** What a node declares under a name: an item of a module, a member of a class or an interface. */
function declared(node: ts.Node, name: string): ts.Node | undefined {
  let found: ts.Node | undefined;
  ts.forEachChild(node, (child) => {
    if (found) return;
    if (ts.isVariableStatement(child))
      found = child.declarationList.declarations.find((one) => named(one, name)) && child;
    else if (named(child, name)) found = child;
  });
  return found;
}

function named(node: ts.Node, name: string): boolean {
  const own = (node as ts.NamedDeclaration).name;
  return own !== undefined && ts.isIdentifier(own) && own.text === name;
}
