import assert from "node:assert/strict";
import { test } from "node:test";
import { JSDOM } from "jsdom";
import { KernelClient } from "../../widgets/shared/kernel-client";
import { questionTarget } from "../../widgets/shared/kernel-link";

type Page = Window & typeof globalThis;

const kernel = "5c7a0b1e-1d0a-4b4e-8a51-0f0c4c2b7e11";
const lab = `<script id="jupyter-config-data" type="application/json">{"baseUrl":"/user/x/","token":"t"}</script>`;
const classic = `<body data-base-url="/" data-jupyter-api-token="a%2Bb"></body>`;

/** A page at an address, with its requests. A request for the list of kernels gets `kernels`. */
function pageOf(
  html: string,
  url: string,
  kernels: unknown = [{ id: kernel }],
): { page: Page; requests: string[] } {
  const { window } = new JSDOM(html, { url });
  const page = window as unknown as Page;
  const requests: string[] = [];
  page.fetch = async (address, options) => {
    const { Authorization = "" } = (options?.headers ?? {}) as Record<string, string>;
    requests.push(`${address} ${Authorization}`.trim());
    return { ok: true, json: async () => kernels } as Response;
  };
  return { page, requests };
}

test("the server is found on pages of JupyterLab, Notebook 7 and the classic Notebook", async () => {
  const address = { kernel };
  const modern = pageOf(lab, "http://127.0.0.1:8888/user/x/lab/tree/a.ipynb");
  assert.equal(await new KernelClient(address, modern.page).available(), true);
  assert.deepEqual(modern.requests, ["http://127.0.0.1:8888/user/x/api/kernels token t"]);
  const older = pageOf(classic, "http://127.0.0.1:8888/notebooks/a.ipynb");
  assert.equal(await new KernelClient(address, older.page).available(), true);
  assert.deepEqual(older.requests, ["http://127.0.0.1:8888/api/kernels token a+b"]);
});

test("a page without a server of ours sends no request", async () => {
  const elsewhere = lab.replace("/user/x/", "https://elsewhere.example/");
  const pages: [string, string, object | undefined][] = [
    ["", "http://127.0.0.1:8888/files/a.html", { kernel }], // exported
    [lab, "file:///home/x/a.html", { kernel }],
    [lab, "http://127.0.0.1:8888/lab", undefined], // rendered without a server
    [elsewhere, "http://127.0.0.1:8888/lab", { kernel }],
  ];
  for (const [html, url, address] of pages) {
    const { page, requests } = pageOf(html, url);
    const client = new KernelClient(address as { kernel: string } | undefined, page);
    assert.equal(await client.available(), false, url);
    assert.deepEqual(requests, [], url);
    await assert.rejects(client.ask("sum", 1), /this page does not come from a Jupyter server/);
  }
});

test("a kernel that has ended, or whose server does not answer, is not available", async () => {
  const closed = pageOf(lab, "http://127.0.0.1/lab", [{ id: "another" }]);
  assert.equal(await new KernelClient({ kernel }, closed.page).available(), false);
  const broken = pageOf(lab, "http://127.0.0.1/lab", null);
  assert.equal(await new KernelClient({ kernel }, broken.page).available(), false);
});

/** A page with a fake socket to the kernel. `reply` returns the answer to the data that opens a comm. */
function withSocket(reply: (data: { id: string }) => object | "close" | "error"): {
  page: Page;
  sent: unknown[][];
  address(): string;
} {
  const { page } = pageOf(lab, "http://127.0.0.1:8888/user/x/lab");
  const sent: unknown[][] = [];
  let opened = "";
  class Socket {
    onopen?: () => void;
    onmessage?: (event: { data: string }) => void;
    onclose?: () => void;
    onerror?: () => void;
    constructor(address: string) {
      opened = address;
      queueMicrotask(() => this.onopen?.());
    }
    send(text: string): void {
      const { header, content, channel } = JSON.parse(text);
      sent.push([channel, header.msg_type, content.target_name]);
      if (header.msg_type !== "comm_open") return;
      const data = reply(content.data);
      if (data === "close") this.onclose?.();
      else if (data === "error") this.onerror?.();
      else {
        const other = { header: { msg_type: "status" }, content: {} };
        const answer = { header: { msg_type: "comm_msg" }, content: { comm_id: content.comm_id, data } };
        for (const message of [other, answer]) this.onmessage?.({ data: JSON.stringify(message) });
      }
    }
    close(): void {
      sent.push(["closed"]);
    }
  }
  page.WebSocket = Socket as unknown as typeof WebSocket;
  return { page, sent, address: () => opened };
}

test("a question opens a comm and closes it afterwards", async () => {
  const { page, sent, address } = withSocket(({ id }) => ({ id, response: 5 }));
  assert.equal(await new KernelClient({ kernel }, page).ask<object, number>("sum", { a: 2, b: 3 }), 5);
  assert.match(
    address(),
    new RegExp(
      `^ws://127\\.0\\.0\\.1:8888/user/x/api/kernels/${kernel}/channels\\?session_id=[-0-9a-f]+&token=t$`,
    ),
  );
  assert.deepEqual(sent, [
    ["shell", "comm_open", questionTarget],
    ["shell", "comm_close", undefined],
    ["closed"],
  ]);
});

test("an error or the end of the kernel rejects the question", async () => {
  const ask = (reply: Parameters<typeof withSocket>[0], signal?: AbortSignal): Promise<unknown> =>
    new KernelClient({ kernel }, withSocket(reply).page).ask("sum", null, signal);
  await assert.rejects(
    ask(({ id }) => ({ id, error: "no such sentence" })),
    new Error("no such sentence"),
  );
  await assert.rejects(
    ask(() => "close"),
    /the kernel has stopped/,
  );
  await assert.rejects(
    ask(() => "error"),
    /the kernel cannot be reached/,
  );
  const wait = new AbortController();
  setTimeout(() => wait.abort(new Error("long enough")), 20);
  await assert.rejects(
    ask(() => ({ id: "another", response: 1 }), wait.signal),
    new Error("long enough"),
  );
});

test("a display is followed on a socket until that is closed", () => {
  const { page } = pageOf(lab, "http://127.0.0.1:8888/user/x/lab");
  let socket: { onmessage?: (event: { data: unknown }) => void } | undefined;
  let isOpen = true;
  class Socket {
    onmessage?: (event: { data: unknown }) => void;
    constructor() {
      socket = this;
    }
    close(): void {
      isOpen = false;
    }
  }
  page.WebSocket = Socket as unknown as typeof WebSocket;
  const messages: string[] = [];
  const client = new KernelClient({ kernel }, page);
  assert.equal(client.hasServer, true);
  const stop = client.watch("mine", (html) => messages.push(html));
  const send = (msg_type: string, display_id: string, html: string): void => {
    const content = { data: { "text/html": html }, transient: { display_id } };
    socket?.onmessage?.({ data: JSON.stringify({ header: { msg_type }, content }) });
  };
  send("update_display_data", "mine", "first");
  send("update_display_data", "another", "of another display");
  send("stream", "mine", "of another type");
  socket?.onmessage?.({ data: new ArrayBuffer(1) });
  send("update_display_data", "mine", "second");
  assert.deepEqual(messages, ["first", "second"]);
  stop();
  assert.equal(isOpen, false);
});
