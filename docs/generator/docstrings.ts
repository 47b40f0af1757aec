import { join } from "node:path";
import * as ts from "typescript";

/**
 * What the documentation comments of an interface's properties say, by their dotted paths ("model.bert.layers"), properties of
 * properties included; what is itself documented as a whole (an interface, a union of words) hands its comment down where a
 * property has none.
 * @param file source file, relative to `root`
 */
export function docstringsOf(root: string, file: string, name: string): Map<string, string> {
  const path = join(root, file);
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile).config,
    ts.sys,
    root,
  );
  const checker = ts.createProgram([path], options);
  const source = checker.getSourceFile(path);
  const declaration = source?.statements.find(
    (statement): statement is ts.InterfaceDeclaration =>
      ts.isInterfaceDeclaration(statement) && statement.name.text === name,
  );
  if (!declaration) throw new Error(`${file} declares no interface ${name}`);
  const found = new Map<string, string>();
  walk(checker.getTypeChecker(), checker.getTypeChecker().getTypeAtLocation(declaration), "", found);
  return found;
}

function walk(checker: ts.TypeChecker, type: ts.Type, prefix: string, found: Map<string, string>): void {
  for (const property of checker.getPropertiesOfType(type)) {
    const path = `${prefix}${property.name}`;
    const declared = checker.getNonNullableType(checker.getTypeOfSymbol(property));
    const text = comment(property, checker) || comment(declared.aliasSymbol, checker);
    if (text) found.set(path, text);
    if (isRecord(declared, checker)) walk(checker, declared, `${path}.`, found);
  }
}

/** Whether a type has keys of ours: not a list, a word or a dictionary. */
function isRecord(type: ts.Type, checker: ts.TypeChecker): boolean {
  return (
    (type.flags & ts.TypeFlags.Object) !== 0 &&
    !checker.isArrayType(type) &&
    !type.getStringIndexType() &&
    type.getProperties().length > 0
  );
}

/** One line, with links as code. */
function comment(symbol: ts.Symbol | undefined, checker: ts.TypeChecker): string {
  const parts = symbol?.getDocumentationComment(checker) ?? [];
  return ts
    .displayPartsToString(parts)
    .replace(/\{@link (\w+)\}/g, "`$1`")
    .replace(/\s+/g, " ")
    .trim();
}
