import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { JSDOM } from "jsdom";
import { LivePanel } from "../../widgets/live-panel/live-panel";
import { FakeKernel } from "./fake-kernel";

const htmlOf = (kernel: FakeKernel): string => kernel.displays.at(-1)?.bundle["text/html"] ?? "";

/** Waits until the panels' script is loaded. */
async function panelOf(kernel: FakeKernel): Promise<LivePanel> {
  const panel = new LivePanel(kernel, () => 0);
  await import("../../widgets/shared/cell.js");
  await turn();
  return panel;
}

test("the kernel answers with the latest content of a panel, and with null for an unknown panel", async () => {
  const kernel = new FakeKernel();
  const panels = [await panelOf(kernel), await panelOf(kernel)];
  for (const [i, panel] of panels.entries()) panel.update(`<p>running ${i}</p>`, "running");
  const ids = kernel.displays.map(({ options }) => options?.id ?? "");
  const ask = (id: string) => kernel.answers.get("pnr.panel")?.(id as never);
  assert.equal(ask(ids[1]), `<div id="${ids[1]}"><p>running 1</p></div>`);
  panels[0].complete("<p>done</p>", { "text/plain": "done" });
  assert.equal(ask(ids[0]), "<p>done</p>");
  assert.equal(ask("of an earlier kernel"), null);
});

test("a panel has the script that follows the kernel until it is complete, if pages can reach the kernel", async () => {
  const unreachable = new FakeKernel();
  (await panelOf(unreachable)).update("<p>running</p>", "running");
  assert.ok(!htmlOf(unreachable).includes("<script>"));
  const kernel = new FakeKernel();
  kernel.address = { kernel: "a" };
  const panel = await panelOf(kernel);
  panel.update("<p>running</p>", "running");
  assert.match(
    htmlOf(kernel),
    /^<div id="pnr-panel-[^"]+"><p>running<\/p><\/div><div [^>]*>.*Trust Notebook.*<\/div><script>/,
  );
  panel.complete("<p>done</p>", { "text/plain": "done" });
  assert.equal(htmlOf(kernel), "<p>done</p>");
});

/** A page of a Jupyter server that shows a running panel, with its clock and its sockets. */
async function openPage(answer: string | null) {
  const kernel = new FakeKernel();
  kernel.address = { kernel: "a" };
  const panel = await panelOf(kernel);
  panel.update("<p>old</p>", "running");
  const id = kernel.displays[0].options?.id ?? "";
  const server = `<script id="jupyter-config-data" type="application/json">{"baseUrl":"/"}</script>`;
  const { window } = new JSDOM(`<body>${server}<main></main></body>`, {
    url: "http://127.0.0.1:8888/lab",
    runScripts: "outside-only",
  });
  const { document } = window;
  const main = document.querySelector("main") ?? assert.fail();
  main.innerHTML = htmlOf(kernel);
  assert.match(main.querySelector("div:last-of-type")?.textContent ?? "", /trust the notebook/);
  const timers: (() => void)[] = [];
  const open = new Set<{ onmessage?: (event: { data: string }) => void }>();
  class Socket {
    onopen?: () => void;
    onmessage?: (event: { data: string }) => void;
    constructor() {
      open.add(this);
      queueMicrotask(() => this.onopen?.());
    }
    send(text: string): void {
      const { content } = JSON.parse(text);
      if (!content.data?.id) return;
      const data = { id: content.data.id, response: answer?.replaceAll("ID", id) ?? null };
      const message = { header: { msg_type: "comm_msg" }, content: { comm_id: content.comm_id, data } };
      this.onmessage?.({ data: JSON.stringify(message) });
    }
    close(): void {
      open.delete(this);
    }
  }
  const requests: string[] = [];
  Object.assign(window, {
    WebSocket: Socket,
    setTimeout: (task: () => void) => timers.push(task),
    fetch: async (address: string) => {
      requests.push(address);
      return { ok: true, json: async () => [{ id: "a" }] };
    },
  });
  window.eval(document.querySelector("main script")?.textContent ?? "");
  const settle = async (): Promise<void> => {
    for (let turns = 0; turns < 20; turns++) await turn();
  };
  return {
    main,
    requests,
    open,
    wait: async () => {
      for (const task of timers.splice(0)) task();
      await settle();
    },
    /** Sends what Jupyter sends when the kernel's panel changes. */
    update: async (change: (panel: LivePanel) => void) => {
      change(panel);
      const content = { data: { "text/html": htmlOf(kernel) }, transient: { display_id: id } };
      const data = JSON.stringify({ header: { msg_type: "update_display_data" }, content });
      for (const socket of open) socket.onmessage?.({ data });
      await settle();
    },
  };
}

const running = (text: string): string => `<div id="ID"><p>${text}</p></div>`;
const change = (text: string) => (panel: LivePanel) => panel.update(`<p>${text}</p>`, text);
const textsOf = (main: Element): (string | null)[] =>
  [...main.querySelectorAll("p, div:not(:has(*))")].map(({ textContent }) => textContent);

test("a page that gets no updates from Jupyter follows the kernel to the end of the cell", async () => {
  const { main, wait, update, open } = await openPage(running("now"));
  assert.deepEqual(textsOf(main), ["old"], "without the note for notebooks that are not trusted");
  await wait();
  assert.deepEqual(textsOf(main), ["now"]);
  for (const text of ["later", "still later"]) {
    await update(change(text));
    assert.deepEqual(textsOf(main), [text], "without the note");
  }
  assert.equal(open.size, 1);
  await update((panel) => panel.complete("<p>done</p>", { "text/plain": "done" }));
  assert.match(
    main.querySelector("div")?.textContent ?? "",
    /^done.*Run the cell again to show its other outputs\.$/,
  );
  assert.equal(open.size, 0);
});

test("a page whose panel is complete in the kernel shows its end", async () => {
  const { main, wait, open } = await openPage("<p>done</p>");
  await wait();
  assert.match(main.querySelector("div")?.textContent ?? "", /^done/);
  assert.equal(open.size, 0);
});

test("a page whose kernel was restarted says that the cell has stopped", async () => {
  const { main, wait } = await openPage(null);
  await wait();
  assert.match(main.querySelector("div")?.textContent ?? "", /^old.*has stopped\. Run it again to resume\.$/);
});

test("a page in which Jupyter updates the panel asks nothing", async () => {
  const { main, wait, requests } = await openPage(running("now"));
  main.innerHTML = "<p>updated by Jupyter</p>";
  await wait();
  assert.equal(main.textContent, "updated by Jupyter");
  assert.deepEqual(requests, []);
});

test("a panel that Jupyter updates later is no longer followed", async () => {
  const { main, wait, update, open } = await openPage(running("now"));
  await wait();
  main.innerHTML = "<p>updated by Jupyter</p>";
  await update(change("later"));
  assert.equal(main.textContent, "updated by Jupyter");
  assert.equal(open.size, 0);
});
