import * as ts from "@tslab/typescript-for-tslab";
import { type Insertion, insert } from "./insertions";
import { CellInterrupted } from "./link";

/** What the code of cells calls, as members of tslab's global `__tslab__`. */
interface Checks {
  /** At every turn of a loop. */
  turn(): void;
  /** Before a wait; its result goes into {@link Checks.waited}. */
  waits(): number;
  /** After a wait, whose value it passes on. */
  waited<T>(interrupts: number, value: T): T;
  /** Around what a `for await` goes through. */
  each<T>(values: AsyncIterable<T> | Iterable<T>): AsyncIterable<T>;
}

/** @param stopped whether the running code is to stop @param interrupts how many interrupts there have been */
export function installChecks(stopped: () => boolean, interrupts: () => number): void {
  const checks: Checks = {
    turn: () => {
      if (stopped()) throw new CellInterrupted();
    },
    waits: interrupts,
    waited: (before, value) => {
      if (before !== interrupts()) throw new CellInterrupted();
      return value;
    },
    each: async function* (values) {
      const before = interrupts();
      for await (const value of values) yield checks.waited(before, value);
    },
  };
  Object.assign((globalThis as unknown as { __tslab__: object }).__tslab__, checks);
}

/**
 * Has a cell's compiled code stop at the next turn of a loop and at the end of each wait once it was interrupted: else a
 * loop that never waits would be deaf, and one that waits would run on behind the reader's back. Lines stay where they are.
 */
export function withChecks(output: string): string {
  const opening = "async function f() {"; // so that waits of the cell's own level are read as such
  const file = ts.createSourceFile("cell.js", `${opening}${output}\n}`, ts.ScriptTarget.ES2022, false);
  const insertions: Insertion[] = [];
  const around = (node: ts.Node, before: string, within: () => void, after: string): void => {
    insertions.push({ at: node.getStart(file) - opening.length, text: before });
    within();
    insertions.push({ at: node.getEnd() - opening.length, text: after });
  };
  const children = (node: ts.Node): void => ts.forEachChild(node, visit);
  const visit = (node: ts.Node): void => {
    if (ts.isIterationStatement(node, false)) loop(node);
    else if (!ts.isAwaitExpression(node)) children(node);
    else around(node, "__tslab__.waited(__tslab__.waits(), ", () => children(node), ")");
  };
  const loop = (node: ts.IterationStatement): void => {
    const awaited = ts.isForOfStatement(node) && node.awaitModifier ? node.expression : undefined;
    ts.forEachChild(node, (child) => {
      if (child === node.statement) around(child, "{__tslab__.turn();", () => visit(child), "}");
      else if (child === awaited) around(child, "__tslab__.each(", () => visit(child), ")");
      else visit(child);
    });
  };
  visit(file);
  return insert(output, insertions);
}
