import * as ts from "typescript";
import { type Insertion, insert } from "./insertions";
import { CellInterrupted } from "./link";

/** Functions that the code of cells calls, as members of tslab's global `__tslab__`. */
interface Checks {
  /** Runs at every turn of a loop. */
  turn(): void;
  /** Runs before an `await`; {@link Checks.waited} takes the result. */
  waits(): number;
  /** Runs after an `await` and returns its value. */
  waited<T>(interrupts: number, value: T): T;
  /** Wraps the iterable of a `for await`. */
  each<T>(values: AsyncIterable<T> | Iterable<T>): AsyncIterable<T>;
}

/** @param isStopped whether the running code must stop @param interrupts the number of interrupts so far */
export function installChecks(isStopped: () => boolean, interrupts: () => number): void {
  const checks: Checks = {
    turn: () => {
      if (isStopped()) throw new CellInterrupted();
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
 * Makes a cell's compiled code stop after an interrupt, at the next turn of a loop or the end of each `await`. Without the
 * checks, a loop that never waits could not be interrupted, and one that waits would continue in the background. Lines stay where
 * they are.
 */
export function withChecks(output: string): string {
  const opening = "async function f() {"; // so that top-level `await` parses
  const file = ts.createSourceFile("cell.js", `${opening}${output}\n}`, ts.ScriptTarget.ESNext, false);
  const insertions: Insertion[] = [];
  const wrap = (node: ts.Node, before: string, visitInside: () => void, after: string): void => {
    insertions.push({ offset: node.getStart(file) - opening.length, text: before });
    visitInside();
    insertions.push({ offset: node.getEnd() - opening.length, text: after });
  };
  const visit = (node: ts.Node): void => {
    const visitChildren = (): void => ts.forEachChild(node, visit);
    if (ts.isIterationStatement(node, false)) visitLoop(node);
    else if (!ts.isAwaitExpression(node)) visitChildren();
    else wrap(node, "__tslab__.waited(__tslab__.waits(), ", visitChildren, ")");
  };
  const visitLoop = (node: ts.IterationStatement): void => {
    const iterable = ts.isForOfStatement(node) && node.awaitModifier ? node.expression : undefined;
    ts.forEachChild(node, (child) => {
      if (child === node.statement) wrap(child, "{__tslab__.turn();", () => visit(child), "}");
      else if (child === iterable) wrap(child, "__tslab__.each(", () => visit(child), ")");
      else visit(child);
    });
  };
  visit(file);
  return insert(output, insertions);
}
