import assert from "node:assert/strict";
import { test } from "node:test";
import { Comms } from "../../notebooks/kernel/comms";
import { type Question, questionTarget } from "../../widgets/shared/kernel-link";
import { testKernel } from "./test-kernel";

interface Published {
  readonly type: string;
  readonly content: unknown;
}

/** Handles one message and returns what is published. */
async function handle(comms: Comms, type: string, content: Record<string, unknown>): Promise<Published[]> {
  const published: Published[] = [];
  await comms.handle(type, content, (type, content) => published.push({ type, content }));
  return published;
}

const open = (comm_id: string, data: object = {}): Record<string, unknown> => ({
  comm_id,
  target_name: questionTarget,
  data,
});

const questionOf = (question: string, request: unknown): object => ({ id: "7", question, request });

const double: Question<number, number> = "double";

test("a question is answered over its comm, in the opening message or later", async () => {
  const comms = new Comms();
  comms.answer(double, async (request: number) => 2 * request);
  const answer = [{ type: "comm_msg", content: { comm_id: "a", data: { id: "7", response: 6 } } }];
  assert.deepEqual(await handle(comms, "comm_open", open("a", questionOf(double, 3))), answer);
  assert.deepEqual(await handle(comms, "comm_msg", { comm_id: "a", data: questionOf(double, 3) }), answer);
  comms.answer(double, () => undefined);
  assert.deepEqual(await handle(comms, "comm_msg", { comm_id: "a", data: questionOf(double, 3) }), [
    { type: "comm_msg", content: { comm_id: "a", data: { id: "7", response: null } } },
  ]);
});

test("an error comes back as one line", async () => {
  const comms = new Comms();
  comms.answer("fail", () => {
    throw new Error("first line\nsecond line");
  });
  const error = async (question: string): Promise<unknown> =>
    (await handle(comms, "comm_open", open("a", questionOf(question, 1))))[0].content;
  assert.deepEqual(await error("fail"), { comm_id: "a", data: { id: "7", error: "first line" } });
  assert.deepEqual(await error("none"), {
    comm_id: "a",
    data: { id: "7", error: 'the kernel has no handler for "none"; run the cell again' },
  });
});

test("only our comms stay open, until they are closed", async () => {
  const comms = new Comms();
  comms.answer(double, () => 1);
  assert.deepEqual(await handle(comms, "comm_open", { comm_id: "x", target_name: "jupyter.widget" }), [
    { type: "comm_close", content: { comm_id: "x", data: {} } },
  ]);
  await handle(comms, "comm_open", open("a"));
  assert.deepEqual(comms.info(undefined), { comms: { a: { target_name: questionTarget } } });
  assert.deepEqual(comms.info("jupyter.widget"), { comms: {} });
  await handle(comms, "comm_close", { comm_id: "a", data: {} });
  assert.deepEqual(comms.info(undefined), { comms: {} });
  assert.deepEqual(await handle(comms, "comm_msg", { comm_id: "a", data: questionOf(double, 3) }), []);
});

const kernel = testKernel();

test("a cell registers an answer, which the kernel gives even while another cell runs", async () => {
  const register = `(globalThis as any)[Symbol.for("pnr.kernel")].answer("sum", ({ a, b }: { a: number; b: number }) => a + b);`;
  assert.equal((await kernel.run(register)).reply.status, "ok");
  const running = kernel.run("await new Promise((resolve) => setTimeout(resolve, 400));");
  const { published } = await kernel.session.ask("comm_open", open("c", questionOf("sum", { a: 2, b: 3 })));
  const [answer] = published.filter(({ type }) => type === "comm_msg");
  assert.deepEqual(answer.content, { comm_id: "c", data: { id: "7", response: 5 } });
  const { reply } = await kernel.session.ask("comm_info_request", { target_name: questionTarget });
  assert.deepEqual(reply, { status: "ok", comms: { c: { target_name: questionTarget } } });
  await running;
});
