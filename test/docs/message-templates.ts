import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as ts from "typescript";

/** The fixed parts of a string in the source, in order; values go between them. */
export type Template = readonly string[];

/** All strings of the source files in some folders; a concatenation or a template literal is one string. */
export function templatesBelow(root: string, folders: readonly string[]): Template[] {
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(ts|mjs|cjs)$/.test(name))
      .map((name) => join(root, folder, name)),
  );
  return files.flatMap((file) => {
    const templates: Template[] = [];
    const visit = (node: ts.Node): void => {
      const parts = partsOf(node);
      if (parts) templates.push(parts);
      ts.forEachChild(node, visit);
    };
    visit(ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest));
    return templates;
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
 * The share of a message that a template's fixed parts cover, from 0 to 1. The parts must occur in order; the last one may be cut
 * off where the message ends.
 */
export function coverage(message: string, template: Template): number {
  let position = 0;
  let covered = 0;
  for (const part of template
    .flatMap((text) => text.split("\n"))
    .map((text) => text.replace(/^[\s:;,)]+|\s+$/g, ""))) {
    const index = part.length > 3 ? message.indexOf(part, position) : -1;
    if (index < 0) {
      const length = cutLength(message.slice(position), part);
      covered += length;
      if (length > 0) break;
    } else {
      position = index + part.length;
      covered += part.length;
    }
  }
  return covered / message.length;
}

/** How many characters of a text's beginning end the message. Fewer than 8 are considered chance. */
function cutLength(message: string, text: string): number {
  for (let length = Math.min(message.length, text.length); length >= 8; length--)
    if (message.endsWith(text.slice(0, length))) return length;
  return 0;
}
