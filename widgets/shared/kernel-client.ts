import { type Answered, type Asked, askTarget } from "./ask";
import type { KernelAddress, Question } from "./kernel-link";

/** Where a page finds the Jupyter server that it comes from. */
interface Server {
  /** Absolute, with a slash at the end. */
  readonly base: string;
  readonly token: string | undefined;
}

/** The part of a kernel's message that the client reads. */
interface KernelMessage {
  readonly header: { readonly msg_type: string };
  readonly content: { readonly comm_id?: string; readonly data?: Answered };
}

/**
 * Asks the kernel behind the notebook that a widget stands in, from the widget's own script and without any extension of the
 * front end: the page comes from the Jupyter server, which lets it talk to the kernel.
 *
 * ```ts
 * const client = new KernelClient(data.address); // from kernelLink()?.address where the widget was made
 * if (await client.available()) trace = await client.ask(traceQuestion, { sentence });
 * ```
 */
export class KernelClient {
  private readonly server: Server | undefined;

  /** @param address as the widget's data carries it; undefined where no server started the kernel */
  constructor(
    private readonly address: KernelAddress | undefined,
    private readonly page: Window & typeof globalThis = window,
  ) {
    this.server = address && findServer(page);
  }

  /**
   * Whether the kernel that made the widget runs and can be asked. False, and nothing is requested from anywhere, on pages
   * that no Jupyter server made: exported ones, files, VS Code.
   */
  async available(): Promise<boolean> {
    if (!this.server || !this.address) return false;
    const { base, token } = this.server;
    try {
      // the list, for a browser reports a kernel that is not there as an error on the page's console
      const headers: Record<string, string> = token ? { Authorization: `token ${token}` } : {};
      const answer = await this.page.fetch(`${base}api/kernels`, { headers, credentials: "same-origin" });
      const kernels: readonly { readonly id: string }[] = answer.ok ? await answer.json() : [];
      return kernels.some(({ id }) => id === this.address?.kernel);
    } catch {
      return false;
    }
  }

  /**
   * The kernel's answer to a question that it was taught with `kernelLink()?.answer(…)`.
   * @param signal ends the wait, which else lasts as long as the kernel needs
   * @throws Error with the one line that the kernel's handler threw, or that says why the kernel cannot be asked
   */
  async ask<Request, Response>(
    question: Question<Request, Response>,
    request: Request,
    signal?: AbortSignal,
  ): Promise<Response> {
    signal?.throwIfAborted();
    if (!this.server || !this.address) throw new Error("no Jupyter server stands behind this page");
    const socket = new this.page.WebSocket(this.socketAddress(this.server, this.address));
    const comm = crypto.randomUUID();
    const asked: Asked = { id: crypto.randomUUID(), question, request };
    const send = (type: string, content: object): void =>
      socket.send(message(type, { comm_id: comm, ...content }));
    try {
      return await new Promise<Response>((resolve, reject) => {
        signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
        socket.onopen = () => send("comm_open", { target_name: askTarget, data: asked });
        socket.onerror = () => reject(new Error("the kernel cannot be reached"));
        socket.onclose = () => reject(new Error("the kernel has gone"));
        socket.onmessage = ({ data }) => {
          const answered = answerIn(data, comm);
          if (answered?.id !== asked.id) return;
          send("comm_close", { data: {} });
          if ("error" in answered) reject(new Error(answered.error));
          else resolve(answered.response as Response);
        };
      });
    } finally {
      socket.close();
    }
  }

  private socketAddress({ base, token }: Server, { kernel }: KernelAddress): string {
    const address = new URL(`${base}api/kernels/${encodeURIComponent(kernel)}/channels`);
    address.protocol = address.protocol.replace("http", "ws");
    address.searchParams.set("session_id", crypto.randomUUID());
    if (token) address.searchParams.set("token", token);
    return address.href;
  }
}

/** JupyterLab and Notebook 7 describe the server in an element of the page, the classic Notebook on its body. */
function findServer({ document, location }: Window): Server | undefined {
  if (!/^https?:$/.test(location.protocol)) return undefined;
  const config = readConfig(document.getElementById("jupyter-config-data")?.textContent);
  const { baseUrl, jupyterApiToken } = document.body.dataset;
  const path = config?.baseUrl ?? baseUrl;
  if (path === undefined) return undefined;
  const base = new URL(path.replace(/\/?$/, "/"), location.origin);
  if (base.origin !== location.origin) return undefined; // another's server is none of ours
  return { base: base.href, token: config?.token || decodeURIComponent(jupyterApiToken ?? "") || undefined };
}

function readConfig(text: string | null | undefined): { baseUrl?: string; token?: string } | undefined {
  try {
    return text ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}

function message(type: string, content: object): string {
  const header = {
    msg_id: crypto.randomUUID(),
    msg_type: type,
    session: crypto.randomUUID(),
    username: "",
    date: new Date().toISOString(),
    version: "5.3",
  };
  return JSON.stringify({ header, parent_header: {}, metadata: {}, content, channel: "shell", buffers: [] });
}

/** What a message of the kernel answers over that comm. */
function answerIn(text: unknown, comm: string): Answered | undefined {
  if (typeof text !== "string") return undefined;
  const { header, content }: KernelMessage = JSON.parse(text);
  return header.msg_type === "comm_msg" && content.comm_id === comm ? content.data : undefined;
}
