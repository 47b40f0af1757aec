import * as ts from "@tslab/typescript-for-tslab";

/** Where the names end of the functions and classes that are called around a place, the nearest first. */
export function calleesAround(code: string, place: number): number[] {
  const file = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.ES2022, true);
  const ends: number[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      const open = !node.getText().endsWith(")"); // and so goes on to the end of what has been written
      const name = node.expression.getEnd();
      if (place > name && (open || place < node.getEnd())) ends.unshift(name);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return ends;
}

const templateUnterminated = 1160;
const expressionExpected = 1109;

/** Whether code that lacks no bracket and no word can be run, must go on, or has an error. */
export function statusOf(code: string): "complete" | "incomplete" | "invalid" {
  if (/\n\s*\n\s*$/.test(code)) return "complete"; // two empty lines say so
  const { diagnostics = [] } = ts.transpileModule(code, {
    reportDiagnostics: true,
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  });
  const end = code.trimEnd().length;
  const open = diagnostics.some(
    ({ code: number, start = 0 }) =>
      number === templateUnterminated || (number === expressionExpected && start >= end),
  );
  return open ? "incomplete" : diagnostics.length ? "invalid" : "complete";
}

/** Marks what a documentation's tags say, of which tslab leaves all but `@param` without their names. */
export function withTagNames(info: ts.QuickInfo): ts.QuickInfo {
  const tags = info.tags?.map(({ name, text = [] }) => ({
    name,
    text: name === "param" || !text.length ? text : [{ kind: "text", text: `@${name} ` }, ...text],
  }));
  return { ...info, tags };
}
