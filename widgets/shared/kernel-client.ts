import {
  type AnswerMessage,
  type KernelAddress,
  type Question,
  type QuestionMessage,
  questionTarget,
} from "./kernel-link";

/** The Jupyter server that a page comes from. */
interface Server {
  /** Absolute URL with a trailing slash. */
  readonly base: string;
  readonly token: string | undefined;
}

/** The part of a kernel message that the client reads. */
interface KernelMessage {
  readonly header: { readonly msg_type: string };
  readonly content: {
    readonly comm_id?: string;
    readonly data?: unknown;
    readonly transient?: { readonly display_id?: string };
  };
}

/**
 * Asks the kernel of the notebook that shows a widget. It needs no front-end extension: the Jupyter server lets its own pages
 * talk to the kernel.
 *
 * ```ts
 * const client = new KernelClient(data.address); // kernelLink()?.address when the widget was created
 * if (await client.available()) trace = await client.ask(traceQuestion, { sentence });
 * ```
 */
export class KernelClient {
  private readonly server: Server | undefined;

  /** @param address from the widget's data; undefined if no server started the kernel */
  constructor(
    private readonly address: KernelAddress | undefined,
    private readonly page: Window & typeof globalThis = window,
  ) {
    this.server = address && findServer(page);
  }

  /** Whether the page comes from a Jupyter server. */
  get hasServer(): boolean {
    return this.server !== undefined;
  }

  /**
   * Whether the kernel that created the widget is running. False on pages that come from no Jupyter server (exported pages,
   * files, VS Code); these make no request.
   */
  async available(): Promise<boolean> {
    if (!this.server || !this.address) return false;
    const { base, token } = this.server;
    try {
      // asking for the kernel itself would log an error on the console if it is missing
      const headers: Record<string, string> = token ? { Authorization: `token ${token}` } : {};
      const answer = await this.page.fetch(`${base}api/kernels`, { headers, credentials: "same-origin" });
      const kernels: readonly { readonly id: string }[] = answer.ok ? await answer.json() : [];
      return kernels.some(({ id }) => id === this.address?.kernel);
    } catch {
      return false;
    }
  }

  /**
   * Asks a question whose handler was registered with `kernelLink()?.answer(…)`.
   * @param signal ends the wait; there is no timeout
   * @throws Error with the message of the kernel's handler, or with the reason why the kernel cannot be reached
   */
  async ask<Request, Response>(
    question: Question<Request, Response>,
    request: Request,
    signal?: AbortSignal,
  ): Promise<Response> {
    signal?.throwIfAborted();
    const socket = this.connect();
    const comm = crypto.randomUUID();
    const message: QuestionMessage = { id: crypto.randomUUID(), question, request };
    const send = (type: string, content: object): void =>
      socket.send(commMessage(type, { comm_id: comm, ...content }));
    try {
      return await new Promise<Response>((resolve, reject) => {
        signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
        socket.onopen = () => send("comm_open", { target_name: questionTarget, data: message });
        socket.onerror = () => reject(new Error("the kernel cannot be reached"));
        socket.onclose = () => reject(new Error("the kernel has stopped"));
        socket.onmessage = ({ data }) => {
          const answer = answerIn(data, comm);
          if (answer?.id !== message.id) return;
          send("comm_close", { data: {} });
          if ("error" in answer) reject(new Error(answer.error));
          else resolve(answer.response as Response);
        };
      });
    } finally {
      socket.close();
    }
  }

  /**
   * Follows a display of the kernel.
   * @param onUpdate called with the HTML of each update
   * @returns a function that ends this
   * @throws Error if the page does not come from a Jupyter server
   */
  watch(display: string, onUpdate: (html: string) => void): () => void {
    const socket = this.connect();
    socket.onmessage = ({ data }) => {
      const html = updateIn(data, display);
      if (html !== undefined) onUpdate(html);
    };
    return () => socket.close();
  }

  private connect(): WebSocket {
    if (!this.server || !this.address) throw new Error("this page does not come from a Jupyter server");
    return new this.page.WebSocket(this.socketAddress(this.server, this.address));
  }

  private socketAddress({ base, token }: Server, { kernel }: KernelAddress): string {
    const address = new URL(`${base}api/kernels/${encodeURIComponent(kernel)}/channels`);
    address.protocol = address.protocol.replace("http", "ws");
    address.searchParams.set("session_id", crypto.randomUUID());
    if (token) address.searchParams.set("token", token);
    return address.href;
  }
}

/** JupyterLab and Notebook 7 describe the server in an element of the page, the classic Notebook in attributes of its body. */
function findServer({ document, location }: Window): Server | undefined {
  if (!/^https?:$/.test(location.protocol)) return undefined;
  const config = readConfig(document.getElementById("jupyter-config-data")?.textContent);
  const { baseUrl, jupyterApiToken } = document.body.dataset;
  const path = config?.baseUrl ?? baseUrl;
  if (path === undefined) return undefined;
  const base = new URL(path.replace(/\/?$/, "/"), location.origin);
  if (base.origin !== location.origin) return undefined; // a server of another site
  return { base: base.href, token: config?.token || decodeURIComponent(jupyterApiToken ?? "") || undefined };
}

function readConfig(text: string | null | undefined): { baseUrl?: string; token?: string } | undefined {
  try {
    return text ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}

function commMessage(type: string, content: object): string {
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

/** The answer in a kernel message, if it belongs to that comm. */
function answerIn(text: unknown, comm: string): AnswerMessage | undefined {
  const content = contentOf(text, "comm_msg");
  return content?.comm_id === comm ? (content.data as AnswerMessage) : undefined;
}

/** The HTML in a kernel message, if it updates that display. */
function updateIn(text: unknown, display: string): string | undefined {
  const content = contentOf(text, "update_display_data");
  if (content?.transient?.display_id !== display) return undefined;
  return (content.data as Readonly<Record<string, string>>)["text/html"];
}

/** The content of a kernel message of that type. */
function contentOf(text: unknown, type: string): KernelMessage["content"] | undefined {
  if (typeof text !== "string") return undefined;
  const { header, content }: KernelMessage = JSON.parse(text);
  return header.msg_type === type ? content : undefined;
}
