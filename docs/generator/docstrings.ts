import { join } from "node:path";
import * as ts from "typescript";

const cache = new Map<string, Map<string, string>>();

/**
 * The doc comments of an interface's properties, also nested ones, by their dotted paths ("model.bert.layers").
 * @param file source file, relative to `root`
 */
export function docstringsOf(root: string, file: string, name: string): Map<string, string> {
  const path = join(root, file);
  const key = `${path} ${name}`;
  // Type-checking the file takes seconds, and two pages have the same comments.
  const cached = cache.get(key);
  if (cached) return cached;
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
  const comments = new Map<string, string>();
  walk(checker.getTypeChecker(), checker.getTypeChecker().getTypeAtLocation(declaration), "", comments);
  cache.set(key, comments);
  return comments;
}

function walk(checker: ts.TypeChecker, type: ts.Type, prefix: string, comments: Map<string, string>): void {
  for (const property of checker.getPropertiesOfType(type)) {
    const path = `${prefix}${property.name}`;
    const declared = checker.getNonNullableType(checker.getTypeOfSymbol(property));
    const text = comment(property, checker);
    if (text) comments.set(path, text);
    if (isRecord(declared, checker)) walk(checker, declared, `${path}.`, comments);
  }
}

/** Whether a type has declared keys, unlike lists and dictionaries. */
function isRecord(type: ts.Type, checker: ts.TypeChecker): boolean {
  return (
    (type.flags & ts.TypeFlags.Object) !== 0 &&
    !checker.isArrayType(type) &&
    !type.getStringIndexType() &&
    type.getProperties().length > 0
  );
}

/** One line, with links as code. */
function comment(symbol: ts.Symbol, checker: ts.TypeChecker): string {
  const parts = symbol.getDocumentationComment(checker);
  return ts
    .displayPartsToString(parts)
    .replace(/\{@link (\w+)\}/g, "`$1`")
    .replace(/\s+/g, " ")
    .trim();
}
