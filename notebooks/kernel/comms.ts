import { InputError } from "../../src/base/errors";
import { reason } from "../../src/base/files";
import { type QuestionMessage, questionTarget } from "../../widgets/shared/kernel-link";
import type { Publish } from "./wire";

type Handler = (request: never) => unknown;

/** Answers the questions that widgets ask the kernel over Jupyter's comms; question and answer are one message each. */
export class Comms {
  private readonly handlers: Map<string, Handler> = new Map();
  /** Targets of the open comms by id. */
  private readonly targets: Map<string, string> = new Map();

  answer(question: string, handler: Handler): void {
    this.handlers.set(question, handler);
  }

  /** Content of a `comm_info_reply`, limited to one target if the request names it. */
  info(target: unknown): object {
    const comms = [...this.targets].filter(([, name]) => target === undefined || name === target);
    return { comms: Object.fromEntries(comms.map(([id, target_name]) => [id, { target_name }])) };
  }

  /** Handles a `comm_open`, `comm_msg` or `comm_close`. */
  async handle(type: string, content: Record<string, unknown>, publish: Publish): Promise<void> {
    const { comm_id, target_name, data } = content as unknown as CommContent;
    if (type === "comm_open") {
      // The protocol demands this of a kernel that does not know the target.
      if (target_name !== questionTarget) return publish("comm_close", { comm_id, data: {} });
      this.targets.set(comm_id, target_name);
    }
    if (type === "comm_close") this.targets.delete(comm_id);
    else if (this.targets.has(comm_id) && isQuestion(data)) {
      publish("comm_msg", { comm_id, data: { id: data.id, ...(await this.reply(data)) } });
    }
  }

  private async reply({
    question,
    request,
  }: QuestionMessage): Promise<{ response: unknown } | { error: string }> {
    try {
      const handler = this.handlers.get(question);
      if (!handler) throw new InputError(`the kernel has no handler for "${question}"; run the cell again`);
      return { response: (await handler(request as never)) ?? null };
    } catch (error) {
      return { error: reason(error) };
    }
  }
}

interface CommContent {
  readonly comm_id: string;
  readonly target_name?: string;
  readonly data?: unknown;
}

function isQuestion(data: unknown): data is QuestionMessage {
  const { id, question } = (data ?? {}) as Partial<QuestionMessage>;
  return typeof id === "string" && typeof question === "string";
}
