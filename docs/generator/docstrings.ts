import { join } from "node:path";
import * as ts from "typescript";

/**
 * The documentation comments of an interface's properties, including nested ones, by path ("model.bert.layers"). A property
 * without a comment has that of its type.
 * @param file source file, relative to `root`
 */
export function docstringsOf(root: string, file: string, name: string): Map<string, string> {
  const path = join(root, file);
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile).config,
    ts.sys,
    root,
  );
  const program = ts.createProgram([path], options);
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(path);
  const declaration = source?.statements.find(
    (statement): statement is ts.InterfaceDeclaration =>
      ts.isInterfaceDeclaration(statement) && statement.name.text === name,
  );
  if (!declaration) throw new Error(`${file} declares no interface ${name}`);
  const comments = new Map<string, string>();
  collect(checker, checker.getTypeAtLocation(declaration), "", comments);
  return comments;
}

function collect(
  checker: ts.TypeChecker,
  type: ts.Type,
  prefix: string,
  comments: Map<string, string>,
): void {
  for (const property of checker.getPropertiesOfType(type)) {
    const path = `${prefix}${property.name}`;
    const propertyType = checker.getNonNullableType(checker.getTypeOfSymbol(property));
    const text = commentOf(property, checker) || commentOf(propertyType.aliasSymbol, checker);
    if (text) comments.set(path, text);
    if (isRecord(propertyType, checker)) collect(checker, propertyType, `${path}.`, comments);
  }
}

/** Whether a type has named properties: it is not a list, a string or a dictionary. */
function isRecord(type: ts.Type, checker: ts.TypeChecker): boolean {
  return (
    (type.flags & ts.TypeFlags.Object) !== 0 &&
    !checker.isArrayType(type) &&
    !type.getStringIndexType() &&
    type.getProperties().length > 0
  );
}

/** On one line, with links as code. */
function commentOf(symbol: ts.Symbol | undefined, checker: ts.TypeChecker): string {
  const parts = symbol?.getDocumentationComment(checker) ?? [];
  return ts
    .displayPartsToString(parts)
    .replace(/\{@link (\w+)\}/g, "`$1`")
    .replace(/\s+/g, " ")
    .trim();
}
