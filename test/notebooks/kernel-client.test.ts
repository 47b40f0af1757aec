import assert from "node:assert/strict";
import { test } from "node:test";
import { JSDOM } from "jsdom";
import { KernelClient } from "../../widgets/shared/kernel-client";
import { questionTarget } from "../../widgets/shared/kernel-link";

type Page = Window & typeof globalThis;

const kernel = "5c7a0b1e-1d0a-4b4e-8a51-0f0c4c2b7e11";
const lab = `<script id="jupyter-config-data" type="application/json">{"baseUrl":"/user/x/","token":"t"}</script>`;
const classic = `<body data-base-url="/" data-jupyter-api-token="a%2Bb"></body>`;

/** A page at that address, what it asked for, and an answer to each request for the list of kernels. */
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

test("where no server of ours stands behind the page nothing is requested", async () => {
  const elsewhere = lab.replace("/user/x/", "https://elsewhere.example/");
  const pages: [string, string, object | undefined][] = [
    ["", "http://127.0.0.1:8888/files/a.html", { kernel }], // exported
    [lab, "file:///home/x/a.html", { kernel }],
    [lab, "http://127.0.0.1:8888/lab", undefined], // made without a server
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

test("a kernel that has gone, or a server that does not answer, is not available", async () => {
  const gone = pageOf(lab, "http://127.0.0.1/lab", [{ id: "another" }]);
  assert.equal(await new KernelClient({ kernel }, gone.page).available(), false);
  const broken = pageOf(lab, "http://127.0.0.1/lab", null);
  assert.equal(await new KernelClient({ kernel }, broken.page).available(), false);
});

/** Stands for the kernel's socket; `reply` says what comes back for the data of a comm's opening. */
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

test("a question goes over a comm that is closed afterwards", async () => {
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

test("an error of the kernel, or its end, ends the wait", async () => {
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
