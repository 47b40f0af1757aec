import * as ts from "@tslab/typescript-for-tslab";
import type { Converter, ConvertResult } from "tslab/dist/converter";
import { type Insertion, insert, offsetWithout } from "./insertions";

/** Inserted before a parenthesis, it changes neither value nor type, and tslab then recognizes the `await` before it. */
const identity = "function <T>(value: T): T { return value; }";

/**
 * Insertions that make tslab read a cell as TypeScript does:
 * - tslab takes the short `{ name }` for a variable of this cell, even if an earlier cell declares it.
 * - Outside of functions, it takes `await (…)` for a call and overlooks `for await`.
 * - It exports every declaration of a cell, even one that the cell itself exports.
 */
function dialectInsertions(source: string): Insertion[] {
  const file = ts.createSourceFile("cell.ts", source, ts.ScriptTarget.ES2022, false);
  const insertions: Insertion[] = [];
  let hasForAwait = false;
  const visit = (node: ts.Node, inFunction: boolean): void => {
    if (!inFunction && ts.isForOfStatement(node) && node.awaitModifier) hasForAwait = true;
    if (ts.isShorthandPropertyAssignment(node) && !node.objectAssignmentInitializer) {
      insertions.push({ offset: node.name.getStart(file), text: `${node.name.text}: ` });
    }
    const operand = inFunction ? undefined : awaitedOffset(node, file);
    if (operand !== undefined && source[operand] === "(")
      insertions.push({ offset: operand, text: identity });
    const isInside = inFunction || ts.isFunctionLike(node) || ts.isClassLike(node);
    ts.forEachChild(node, (child) => visit(child, isInside));
  };
  visit(file, false);
  for (const statement of file.statements) insertions.push(...commentOutExports(statement, file));
  if (hasForAwait) insertions.push({ offset: file.statements[0].getStart(file), text: "await null; " });
  return insertions.sort((a, b) => a.offset - b.offset);
}

/** tslab exports everything that a cell declares, so a cell's own exports become comments. */
function commentOutExports(statement: ts.Statement, file: ts.SourceFile): Insertion[] {
  const lists = ts.isExportDeclaration(statement) && !statement.moduleSpecifier ? [statement] : [];
  const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
  const isUnnamed = (statement as ts.DeclarationStatement).name === undefined;
  const isDefault = modifiers.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword);
  const keywords = modifiers.filter(
    ({ kind }) => kind === ts.SyntaxKind.ExportKeyword || kind === ts.SyntaxKind.DefaultKeyword,
  );
  if (isDefault && isUnnamed) return []; // tslab cannot export it twice
  return [...lists, ...keywords].flatMap((node) => [
    { offset: node.getStart(file), text: "/*" },
    { offset: node.getEnd(), text: "*/" },
  ]);
}

/** The offset of the operand of an `await`; undefined for other nodes. */
function awaitedOffset(node: ts.Node, file: ts.SourceFile): number | undefined {
  if (ts.isAwaitExpression(node)) return node.expression.getStart(file);
  const isCall =
    ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === "await";
  return isCall ? file.text.indexOf("(", node.expression.getEnd()) : undefined;
}

type Position = ConvertResult["diagnostics"][number]["start"];

/** Compiles a cell with these insertions. Diagnostics refer to the cell without them. */
export function convertInDialect(converter: Converter, declarations: string, source: string): ConvertResult {
  const insertions = dialectInsertions(source);
  const result = converter.convert(declarations, insert(source, insertions));
  const original = (position: Position): Position => {
    const offset = offsetWithout(insertions, position.offset);
    const lineStart = source.lastIndexOf("\n", offset - 1) + 1;
    return { ...position, offset, character: offset - lineStart };
  };
  const diagnostics = result.diagnostics.map((diagnostic) =>
    diagnostic.fileName
      ? diagnostic
      : { ...diagnostic, start: original(diagnostic.start), end: original(diagnostic.end) },
  );
  return { ...result, diagnostics };
}
