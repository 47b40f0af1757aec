import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Comms } from "../../notebooks/kernel/comms";
import { KernelSession } from "../../notebooks/kernel/session";
import type { Question } from "../../widgets/shared/kernel-link";
import { questionTarget } from "../../widgets/shared/kernel-link";

interface Sent {
  readonly type: string;
  readonly content: unknown;
}

/** What the comms publish about one message. */
async function take(comms: Comms, type: string, content: Record<string, unknown>): Promise<Sent[]> {
  const sent: Sent[] = [];
  await comms.take(type, content, (type, content) => sent.push({ type, content }));
  return sent;
}

const open = (comm_id: string, data: object = {}): Record<string, unknown> => ({
  comm_id,
  target_name: questionTarget,
  data,
});

const asked = (question: string, request: unknown): object => ({ id: "7", question, request });

const double: Question<number, number> = "double";

test("a question is answered over its comm, with its opening or later", async () => {
  const comms = new Comms();
  comms.answer(double, async (request: number) => 2 * request);
  const answer = [{ type: "comm_msg", content: { comm_id: "a", data: { id: "7", response: 6 } } }];
  assert.deepEqual(await take(comms, "comm_open", open("a", asked(double, 3))), answer);
  assert.deepEqual(await take(comms, "comm_msg", { comm_id: "a", data: asked(double, 3) }), answer);
  comms.answer(double, () => undefined);
  assert.deepEqual(await take(comms, "comm_msg", { comm_id: "a", data: asked(double, 3) }), [
    { type: "comm_msg", content: { comm_id: "a", data: { id: "7", response: null } } },
  ]);
});

test("what goes wrong comes back as one line", async () => {
  const comms = new Comms();
  comms.answer("fail", () => {
    throw new Error("first line\nsecond line");
  });
  const error = async (question: string): Promise<unknown> =>
    (await take(comms, "comm_open", open("a", asked(question, 1))))[0].content;
  assert.deepEqual(await error("fail"), { comm_id: "a", data: { id: "7", error: "first line" } });
  assert.deepEqual(await error("none"), {
    comm_id: "a",
    data: { id: "7", error: 'the kernel has no answer to "none"; run the cell again' },
  });
});

test("only comms of ours stay open, as long as nobody closes them", async () => {
  const comms = new Comms();
  comms.answer(double, () => 1);
  assert.deepEqual(await take(comms, "comm_open", { comm_id: "x", target_name: "jupyter.widget" }), [
    { type: "comm_close", content: { comm_id: "x", data: {} } },
  ]);
  await take(comms, "comm_open", open("a"));
  assert.deepEqual(comms.info(undefined), { comms: { a: { target_name: questionTarget } } });
  assert.deepEqual(comms.info("jupyter.widget"), { comms: {} });
  await take(comms, "comm_close", { comm_id: "a", data: {} });
  assert.deepEqual(comms.info(undefined), { comms: {} });
  assert.deepEqual(await take(comms, "comm_msg", { comm_id: "a", data: asked(double, 3) }), []);
});

let kernel: KernelSession;
before(async () => {
  kernel = await KernelSession.start();
});
after(() => kernel.stop());

test("a cell teaches its kernel an answer, which is given also while another cell runs", async () => {
  const teach = `globalThis[Symbol.for("pnr.kernel")].answer("sum", ({ a, b }) => a + b);`;
  assert.equal((await kernel.execute(teach, () => undefined, 20)).status, "ok");
  const running = kernel.execute(
    "await new Promise((resolve) => setTimeout(resolve, 400));",
    () => undefined,
    20,
  );
  const { news } = await kernel.ask("comm_open", open("c", asked("sum", { a: 2, b: 3 })));
  const [answer] = news.filter(({ type }) => type === "comm_msg");
  assert.deepEqual(answer.content, { comm_id: "c", data: { id: "7", response: 5 } });
  const { reply } = await kernel.ask("comm_info_request", { target_name: questionTarget });
  assert.deepEqual(reply, { status: "ok", comms: { c: { target_name: questionTarget } } });
  await running;
});
