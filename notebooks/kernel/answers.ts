import type { Executor } from "tslab/dist/executor";
import { JupyterHandlerImpl } from "tslab/dist/jupyter";
import { versions } from "tslab/dist/public";
import { calleesAround, statusOf } from "./code";
import type { History } from "./history";

/** tslab's answers about code, complete where the protocol wants more. */
export class Answers {
  private readonly tslab: JupyterHandlerImpl;

  constructor(
    private readonly executor: Executor,
    private readonly history: History,
  ) {
    this.tslab = new JupyterHandlerImpl(executor, false);
  }

  /** Content of the reply to a request; undefined when it is of a kind that is not answered. */
  to(type: string, content: Record<string, unknown>): object | undefined {
    switch (type) {
      case "kernel_info_request":
        return this.kernelInfo();
      case "is_complete_request":
        return this.completeness(String(content.code));
      case "complete_request":
        return this.complete(content as unknown as At);
      case "inspect_request":
        return this.inspect(content as unknown as At);
      case "history_request":
        return this.history.answer(content);
      default:
        return undefined;
    }
  }

  private kernelInfo(): object {
    const info = this.tslab.handleKernel();
    const language = { ...info.language_info, version: versions.typescript, pygments_lexer: "typescript" };
    return { ...info, implementation: "pnr", language_info: language, banner: "TypeScript, with PnR" };
  }

  private complete({ code, cursor_pos }: At): object {
    const cursor = unitsBefore(code, cursor_pos);
    const reply = this.tslab.handleComplete({ code, cursor_pos: cursor });
    const own = (match: string): boolean => match in this.executor.locals;
    // nothing tells what is wanted yet; behind a dot, names of the cells mean something else
    const fresh = reply.cursor_start === reply.cursor_end && !code.slice(0, cursor).endsWith(".");
    return {
      ...reply,
      matches: fresh
        ? [...reply.matches].sort((one, other) => Number(own(other)) - Number(own(one)))
        : reply.matches,
      cursor_start: charactersBefore(code, reply.cursor_start),
      cursor_end: charactersBefore(code, reply.cursor_end),
    };
  }

  /** About what stands at the place; where nothing does, about the function whose call stands around it. */
  private inspect({ code, cursor_pos }: At): object {
    const cursor = unitsBefore(code, cursor_pos);
    for (const place of [cursor, ...calleesAround(code, cursor)]) {
      const reply = this.tslab.handleInspect({ code, cursor_pos: place, detail_level: 0 });
      if (reply.found && reply.data["text/plain"] !== "any") return reply; // what nobody knows is any
    }
    return { found: false, data: {}, metadata: {} };
  }

  private completeness(code: string): object {
    const reply = this.tslab.handleIsComplete({ code });
    return reply.status === "complete" ? { status: statusOf(code) } : reply;
  }
}

/** A place in code, counted in Unicode characters; JavaScript counts UTF-16 units, and some characters have two. */
interface At {
  readonly code: string;
  readonly cursor_pos: number;
}

function unitsBefore(code: string, characters: number): number {
  return [...code].slice(0, characters).join("").length;
}

function charactersBefore(code: string, units: number): number {
  return [...code.slice(0, units)].length;
}
