import type { Executor } from "tslab/dist/executor";
import type { JupyterHandlerImpl } from "tslab/dist/jupyter";
import * as ts from "typescript";
import type { CellCompiler } from "./compiler";
import { explain } from "./explanation";
import type { History } from "./history";
import { jupyter } from "./tslab";

/** A position in code, counted in Unicode characters. JavaScript counts UTF-16 units, and some characters have two. */
interface Cursor {
  readonly code: string;
  readonly cursor_pos: number;
}

/** Answers the requests that do not run code, with tslab's replies completed as the protocol requires. */
export class CodeAssistant {
  private readonly tslab: JupyterHandlerImpl;

  constructor(
    private readonly executor: Executor,
    private readonly compiler: CellCompiler,
    private readonly history: History,
  ) {
    this.tslab = new jupyter.JupyterHandlerImpl(executor, false);
  }

  /** Content of the reply to a request; undefined for requests of other kinds. */
  reply(type: string, content: Record<string, unknown>): object | undefined {
    switch (type) {
      case "kernel_info_request":
        return this.kernelInfo();
      case "is_complete_request":
        return this.completeness(String(content.code));
      case "complete_request":
        return this.complete(content as unknown as Cursor);
      case "inspect_request":
        return this.inspect(content as unknown as Cursor);
      case "history_request":
        return this.history.reply(content);
      default:
        return undefined;
    }
  }

  private kernelInfo(): object {
    const info = this.tslab.handleKernel();
    const language = { ...info.language_info, version: ts.version, pygments_lexer: "typescript" };
    return { ...info, implementation: "pnr", language_info: language, banner: "TypeScript, with PnR" };
  }

  private complete({ code, cursor_pos }: Cursor): object {
    const cursor = unitsBefore(code, cursor_pos);
    const reply = this.tslab.handleComplete({ code, cursor_pos: cursor });
    const rank = (match: string): number => (match in this.executor.locals ? 0 : 1);
    // With nothing typed yet, variables of the cells come first. Behind a dot their names are unrelated properties.
    const isBlank = reply.cursor_start === reply.cursor_end && !code.slice(0, cursor).endsWith(".");
    return {
      ...reply,
      matches: isBlank ? [...reply.matches].sort((a, b) => rank(a) - rank(b)) : reply.matches,
      cursor_start: charactersBefore(code, reply.cursor_start),
      cursor_end: charactersBefore(code, reply.cursor_end),
    };
  }

  /** Explains the name at the cursor, else the function whose call encloses the cursor. */
  private inspect({ code, cursor_pos }: Cursor): object {
    const cursor = unitsBefore(code, cursor_pos);
    for (const offset of [cursor, ...calleesAround(code, cursor)]) {
      const info = this.compiler.inspect(code, offset);
      if (info) return { status: "ok", found: true, data: explain(info), metadata: {} };
    }
    return { found: false, data: {}, metadata: {} };
  }

  private completeness(code: string): object {
    const reply = this.tslab.handleIsComplete({ code });
    return reply.status === "complete" ? { status: statusOf(code) } : reply;
  }
}

function unitsBefore(code: string, characters: number): number {
  return [...code].slice(0, characters).join("").length;
}

function charactersBefore(code: string, units: number): number {
  return [...code.slice(0, units)].length;
}

/** The end offsets of the names of functions and classes whose calls enclose an offset, innermost first. */
function calleesAround(code: string, offset: number): number[] {
  const file = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.ESNext, true);
  const ends: number[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      const isOpen = !node.getText().endsWith(")"); // it then extends to the end of the code
      const nameEnd = node.expression.getEnd();
      if (offset > nameEnd && (isOpen || offset < node.getEnd())) ends.unshift(nameEnd);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return ends;
}

const unterminatedTemplate = 1160;
const expressionExpected = 1109;

/** Whether code without open brackets can run, continues on the next line, or has an error. */
function statusOf(code: string): "complete" | "incomplete" | "invalid" {
  if (/\n\s*\n\s*$/.test(code)) return "complete"; // two empty lines end the input
  const { diagnostics = [] } = ts.transpileModule(code, {
    reportDiagnostics: true,
    compilerOptions: { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext },
  });
  const end = code.trimEnd().length;
  const isOpen = diagnostics.some(
    ({ code: error, start = 0 }) =>
      error === unterminatedTemplate || (error === expressionExpected && start >= end),
  );
  return isOpen ? "incomplete" : diagnostics.length ? "invalid" : "complete";
}
