import * as ts from "@tslab/typescript-for-tslab";

type Values = ReadonlyMap<string, unknown>;

/**
 * What the compiler knows of earlier cells, as declarations. tslab would forget all that a failing cell declares; a name that
 * the cell had given its value by then is kept, as in other notebooks, and one that it did not come to stays what it was.
 */
export class Declarations {
  known = "";
  private coming: { readonly text: string; readonly before: Values } | undefined;

  /** @param values gives the names of all cells with their values */
  constructor(private readonly values: () => object) {}

  /** A cell starts that leaves these declarations, those of earlier cells among them, when it comes to a good end. */
  begin(text: string): void {
    this.coming = { text, before: new Map(Object.entries(this.values())) };
  }

  end(failed: boolean): void {
    if (!this.coming) return;
    const { text, before } = this.coming;
    this.coming = undefined;
    if (!failed) {
      this.known = text;
      return;
    }
    const now = new Map<string, unknown>(Object.entries(this.values()));
    const reached = (name: string): boolean =>
      now.has(name) && !(before.has(name) && Object.is(before.get(name), now.get(name)));
    const old = valuesIn(this.known);
    const kept = (name: string): boolean => reached(name) || old.get(name) === valuesIn(text).get(name);
    this.known = declarationsOf(text, kept) + declarationsOf(this.known, (name) => !kept(name), false);
  }
}

/** Each name that stands for a value, with its declaration. Imports are no part of it: they come before all else. */
function valuesIn(text: string): Map<string, string> {
  const statements = parsed(text).statements.flatMap((statement) => partsOf(statement));
  return new Map(statements.map(({ name, text }) => [name, text]));
}

/** The declarations of the values that are wanted and, unless `others` is false, of imports and types. */
function declarationsOf(text: string, wanted: (name: string) => boolean, others = true): string {
  const lines = parsed(text).statements.flatMap((statement) => {
    const parts = partsOf(statement);
    if (!parts.length) return others ? [statement.getText()] : [];
    return parts.filter(({ name }) => wanted(name)).map(({ text }) => text);
  });
  return lines.map((line) => `${line}\n`).join("");
}

interface Part {
  readonly name: string;
  readonly text: string;
}

/** What a statement declares to have a value; nothing for imports and types. */
function partsOf(statement: ts.Statement): Part[] {
  if (ts.isVariableStatement(statement)) {
    const { declarations, flags } = statement.declarationList;
    const keyword = flags & ts.NodeFlags.Const ? "const" : flags & ts.NodeFlags.Let ? "let" : "var";
    return declarations.map((one) => ({
      name: one.name.getText(),
      text: `declare ${keyword} ${one.getText()};`,
    }));
  }
  const named =
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isEnumDeclaration(statement) ||
    ts.isModuleDeclaration(statement);
  return named && statement.name ? [{ name: statement.name.getText(), text: statement.getText() }] : [];
}

function parsed(text: string): ts.SourceFile {
  return ts.createSourceFile("declarations.d.ts", text, ts.ScriptTarget.ES2022, true);
}

/**
 * The compiled cell without the line in which the compiler empties all names that the cell declares: a cell that fails
 * before it gives them their values would take those of earlier cells away.
 */
export function withoutEmptying(output: string): string {
  return output.replace(/^(?:exports\.[^\s=]+ = )+void 0;$/m, "");
}
