import type { Converter, ConvertResult } from "tslab/dist/converter";
import * as ts from "typescript";
import { type Insertion, insert, offsetWithout } from "./insertions";

/**
 * Insertions that make tslab read a cell as TypeScript does:
 * - tslab takes the short `{ name }` for a variable of this cell, even if an earlier cell declares it.
 * - It exports every declaration of a cell, even one that the cell itself exports.
 */
function dialectInsertions(file: ts.SourceFile): Insertion[] {
  const insertions: Insertion[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isShorthandPropertyAssignment(node) && !node.objectAssignmentInitializer) {
      insertions.push({ offset: node.name.getStart(file), text: `${node.name.text}: ` });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  for (const statement of file.statements) insertions.push(...commentOutExports(statement, file));
  return insertions.sort((a, b) => a.offset - b.offset);
}

/** Whether a cell waits outside of its functions. It then runs as an async function. */
function waits(file: ts.SourceFile): boolean {
  const visit = (node: ts.Node): boolean => {
    if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier)) return true;
    if (ts.isVariableDeclarationList(node) && isAwaitUsing(node)) return true;
    return !ts.isFunctionLike(node) && ts.forEachChild(node, visit) === true;
  };
  return visit(file);
}

function isAwaitUsing({ flags }: ts.VariableDeclarationList): boolean {
  return (flags & ts.NodeFlags.BlockScoped) === ts.NodeFlags.AwaitUsing;
}

/** A cell is a module, so its `await` is the keyword. */
function parse(source: string): ts.SourceFile {
  const setExternalModuleIndicator = (file: ts.SourceFile): void => {
    Object.assign(file, { externalModuleIndicator: true });
  };
  const options = { languageVersion: ts.ScriptTarget.ESNext, setExternalModuleIndicator };
  return ts.createSourceFile("cell.ts", source, options, false);
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

type Position = ConvertResult["diagnostics"][number]["start"];

/** Compiles a cell with these insertions. Diagnostics refer to the cell without them. */
export function convertInDialect(converter: Converter, declarations: string, source: string): ConvertResult {
  const file = parse(source);
  const insertions = dialectInsertions(file);
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
  return { ...result, hasToplevelAwait: waits(file), diagnostics };
}
