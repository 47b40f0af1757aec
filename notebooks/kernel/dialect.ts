import * as ts from "@tslab/typescript-for-tslab";
import type { Converter, ConvertResult } from "tslab/dist/converter";
import { type Insertion, insert, placeBefore } from "./insertions";

/** Before a parenthesis: changes neither value nor type, and lets tslab see that what stands before is a wait. */
const itself = "function <T>(value: T): T { return value; }";

/**
 * What to put into a cell so that tslab reads it as TypeScript does. It takes the short `{ name }` for a variable of the cell
 * itself, also where an earlier cell has declared it; outside of functions it takes `await (…)` for a call, and does not see
 * that `for await` waits; and it exports a second time what a cell exports.
 */
export function dialectInsertions(source: string): Insertion[] {
  const file = ts.createSourceFile("cell.ts", source, ts.ScriptTarget.ES2022, false);
  const insertions: Insertion[] = [];
  let awaited = false;
  const visit = (node: ts.Node, withinFunction: boolean): void => {
    if (!withinFunction && ts.isForOfStatement(node) && node.awaitModifier) awaited = true;
    if (ts.isShorthandPropertyAssignment(node) && !node.objectAssignmentInitializer) {
      insertions.push({ at: node.name.getStart(file), text: `${node.name.text}: ` });
    }
    const waited = withinFunction ? undefined : waitedFor(node, file);
    if (waited !== undefined && source[waited] === "(") insertions.push({ at: waited, text: itself });
    const within = withinFunction || ts.isFunctionLike(node) || ts.isClassLike(node);
    ts.forEachChild(node, (child) => visit(child, within));
  };
  visit(file, false);
  for (const statement of file.statements) insertions.push(...exportHidden(statement, file));
  if (awaited) insertions.push({ at: file.statements[0].getStart(file), text: "await null; " });
  return insertions.sort((one, other) => one.at - other.at);
}

/** tslab exports all that a cell declares by itself; what a cell exports as well is no more than a remark. */
function exportHidden(statement: ts.Statement, file: ts.SourceFile): Insertion[] {
  const own = ts.isExportDeclaration(statement) && !statement.moduleSpecifier ? [statement] : [];
  const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
  const unnamed = (statement as ts.DeclarationStatement).name === undefined;
  const isDefault = modifiers.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword);
  const words = modifiers.filter(
    ({ kind }) => kind === ts.SyntaxKind.ExportKeyword || kind === ts.SyntaxKind.DefaultKeyword,
  );
  if (isDefault && unnamed) return []; // no name that could be exported twice
  return [...own, ...words].flatMap((node) => [
    { at: node.getStart(file), text: "/*" },
    { at: node.getEnd(), text: "*/" },
  ]);
}

/** Where begins what a wait waits for; undefined for what is no wait. */
function waitedFor(node: ts.Node, file: ts.SourceFile): number | undefined {
  if (ts.isAwaitExpression(node)) return node.expression.getStart(file);
  const isCall =
    ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === "await";
  return isCall ? file.text.indexOf("(", node.expression.getEnd()) : undefined;
}

/** Compiles a cell with these insertions; complaints are about the cell as it was written. */
export function convertInDialect(converter: Converter, before: string, source: string): ConvertResult {
  const insertions = dialectInsertions(source);
  const result = converter.convert(before, insert(source, insertions));
  const written = (place: Place): Place => {
    const offset = placeBefore(insertions, place.offset);
    const lineStart = source.lastIndexOf("\n", offset - 1) + 1;
    return { ...place, offset, character: offset - lineStart };
  };
  const diagnostics = result.diagnostics.map((diagnostic) =>
    diagnostic.fileName
      ? diagnostic
      : { ...diagnostic, start: written(diagnostic.start), end: written(diagnostic.end) },
  );
  return { ...result, diagnostics };
}

type Place = ConvertResult["diagnostics"][number]["start"];
