import { after, before } from "node:test";
import { KernelSession, type Reply } from "../../notebooks/kernel/kernel-session";
import type { WireMessage } from "../../notebooks/kernel/wire";

const timeoutSeconds = 300;

/** What a cell returns. */
export interface CellAnswer {
  readonly reply: Reply;
  readonly messages: readonly WireMessage[];
}

/** A kernel for all tests of a file. */
export interface TestKernel {
  readonly session: KernelSession;
  run(code: string, onMessage?: (message: WireMessage) => void): Promise<CellAnswer>;
}

/** @param folder where the kernel starts; by default the current folder */
export function testKernel(folder?: string): TestKernel {
  const started = KernelSession.start({}, folder);
  let session: KernelSession;
  before(async () => {
    session = await started;
  });
  after(() => session.stop());
  return {
    get session() {
      return session;
    },
    async run(code, onMessage) {
      const messages: WireMessage[] = [];
      const take = (message: WireMessage): void => {
        messages.push(message);
        onMessage?.(message);
      };
      // Hooks at the top level of a file run concurrently, so another one can call this first.
      return { reply: await (await started).execute(code, take, timeoutSeconds), messages };
    },
  };
}

/** The contents of all messages of a type. */
export function contents({ messages }: CellAnswer, type: string): WireMessage["content"][] {
  return messages.filter((message) => message.type === type).map((message) => message.content);
}

/** The text of the last expression's value. */
export function resultText(answer: CellAnswer): unknown {
  const [result] = contents(answer, "execute_result");
  return (result?.data as Record<string, string> | undefined)?.["text/plain"];
}
