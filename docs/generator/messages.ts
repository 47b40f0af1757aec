import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as ts from "typescript";

/** A text of the source in which something is filled in: its fixed parts, in their order. */
export type Template = readonly string[];

/** All texts of the source files below some folders, concatenations and templates as one. */
export function templatesBelow(root: string, folders: readonly string[]): Template[] {
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(ts|mjs|cjs)$/.test(name))
      .map((name) => join(root, folder, name)),
  );
  return files.flatMap((file) => {
    const found: Template[] = [];
    const visit = (node: ts.Node): void => {
      const parts = partsOf(node);
      if (parts) found.push(parts);
      ts.forEachChild(node, visit);
    };
    visit(ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest));
    return found;
  });
}

function partsOf(node: ts.Node): Template | undefined {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isTemplateExpression(node))
    return [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)];
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    const [left, right] = [partsOf(node.left), partsOf(node.right)];
    if (!left || !right) return undefined;
    return [...left.slice(0, -1), `${left[left.length - 1]}${right[0]}`, ...right.slice(1)];
  }
  return undefined;
}

/**
 * What share of a message a template's fixed parts account for, from 0 to 1: those that occur in it in their order, the last perhaps cut
 * where the message is.
 */
export function explained(message: string, template: Template): number {
  let at = 0;
  let sum = 0;
  for (const part of template
    .flatMap((text) => text.split("\n"))
    .map((text) => text.replace(/^[\s:;,)]+|\s+$/g, ""))) {
    const found = part.length > 3 ? message.indexOf(part, at) : -1;
    const length = found >= 0 ? part.length : cut(message.slice(at), part);
    if (found >= 0) at = found + length;
    sum += length;
    if (found < 0 && length > 0) break;
  }
  return sum / message.length;
}

/** How long the beginning of a text is with which a message ends; less than a word's length is chance. */
function cut(message: string, text: string): number {
  for (let length = Math.min(message.length, text.length); length >= 8; length--)
    if (message.endsWith(text.slice(0, length))) return length;
  return 0;
}
