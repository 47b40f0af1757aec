import * as ts from "typescript";

/**
 * Declarations of earlier cells, for the compiler. tslab forgets everything that a failing cell declares. As in other kernels, a
 * name that already has its new value keeps it, and a name that the cell did not reach keeps its old one.
 */
export class Declarations {
  text = "";
  private running: { readonly text: string; readonly before: ReadonlyMap<string, unknown> } | undefined;

  /** @param values returns the variables of all cells with their values */
  constructor(private readonly values: () => object) {}

  /** A cell starts. @param text the declarations if it succeeds, including those of earlier cells */
  begin(text: string): void {
    this.running = { text, before: new Map(Object.entries(this.values())) };
  }

  end(failed: boolean): void {
    if (!this.running) return;
    const { text, before } = this.running;
    this.running = undefined;
    if (!failed) {
      this.text = text;
      return;
    }
    const after = new Map<string, unknown>(Object.entries(this.values()));
    const isReached = (name: string): boolean =>
      after.has(name) && !(before.has(name) && Object.is(before.get(name), after.get(name)));
    const [earlier, later] = [valuesIn(this.text), valuesIn(text)];
    const isNew = (name: string): boolean => isReached(name) || earlier.get(name) === later.get(name);
    this.text =
      selectDeclarations(text, isNew) + selectDeclarations(this.text, (name) => !isNew(name), false);
  }
}

/** The names of values with their declarations. Imports and types are left out. */
function valuesIn(text: string): Map<string, string> {
  const declared = parse(text).statements.flatMap(valuesDeclaredBy);
  return new Map(declared.map(({ name, text }) => [name, text]));
}

/** The declarations of the selected values and, unless `others` is false, of imports and types. */
function selectDeclarations(text: string, select: (name: string) => boolean, others = true): string {
  const lines = parse(text).statements.flatMap((statement) => {
    const values = valuesDeclaredBy(statement);
    if (!values.length) return others ? [statement.getText()] : [];
    return values.filter(({ name }) => select(name)).map(({ text }) => text);
  });
  return lines.map((line) => `${line}\n`).join("");
}

/** The values that a statement declares; empty for imports and types. */
function valuesDeclaredBy(statement: ts.Statement): { readonly name: string; readonly text: string }[] {
  if (ts.isVariableStatement(statement)) {
    const { declarations, flags } = statement.declarationList;
    const keyword = flags & ts.NodeFlags.Const ? "const" : flags & ts.NodeFlags.Let ? "let" : "var";
    return declarations.map((declaration) => ({
      name: declaration.name.getText(),
      text: `declare ${keyword} ${declaration.getText()};`,
    }));
  }
  const declaresValue =
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isEnumDeclaration(statement) ||
    ts.isModuleDeclaration(statement);
  return declaresValue && statement.name
    ? [{ name: statement.name.getText(), text: statement.getText() }]
    : [];
}

function parse(text: string): ts.SourceFile {
  return ts.createSourceFile("declarations.d.ts", text, ts.ScriptTarget.ESNext, true);
}

/**
 * Removes the line in which the compiler sets all names that a cell declares to undefined. Otherwise a cell that fails before it
 * assigns them would clear the values of earlier cells.
 */
export function withoutClearing(output: string): string {
  return output.replace(/^(?:exports\.[^\s=]+ = )+void 0;$/m, "");
}
