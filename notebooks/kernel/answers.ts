import type { Executor } from "tslab/dist/executor";
import { JupyterHandlerImpl } from "tslab/dist/jupyter";
import { versions } from "tslab/dist/public";
import type { History } from "./history";

/** tslab's answers about code, complete where the protocol wants more. */
export class Answers {
  private readonly tslab: JupyterHandlerImpl;

  constructor(
    executor: Executor,
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
        return this.tslab.handleIsComplete({ code: String(content.code) });
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
    return {
      ...reply,
      cursor_start: charactersBefore(code, reply.cursor_start),
      cursor_end: charactersBefore(code, reply.cursor_end),
    };
  }

  private inspect({ code, cursor_pos }: At): object {
    return this.tslab.handleInspect({ code, cursor_pos: unitsBefore(code, cursor_pos), detail_level: 0 });
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
