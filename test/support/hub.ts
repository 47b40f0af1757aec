// A model hub on 127.0.0.1 with configurable faults.
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Faults {
  /** Breaks the connection after this many bytes of a body, for this many requests. */
  breaks?: { after: number; times: number };
  /** Answers requests for files with this status, this many times. */
  refuses?: { status: number; times: number };
  /** Ignores the requested range and sends whole files. */
  ignoresRanges?: boolean;
  /** Sends another range than the requested one. */
  confusesRanges?: boolean;
  /** Sends a file with bytes that do not match the listing. */
  corrupts?: string;
  /** Sends a file with more bytes than the listing has. */
  lengthens?: string;
  /** Lists this file with this size. */
  lists?: { file: string; size: number };
  /** The list of files never ends: "floods" sends it as fast as it is read, "trickles" byte by byte. */
  listing?: "floods" | "trickles";
}

/** Serves the files of one model as Hugging Face's hub does: behind a redirect, and listed with a SHA-256 if they are large. */
export class Hub {
  readonly faults: Faults = {};
  /** Requested paths with the first requested byte. */
  readonly asked: string[] = [];
  readonly revision: string = "a".repeat(40);
  /** Bytes of the list of files that were sent. */
  listed = 0;
  private readonly server: Server;

  private constructor(
    readonly name: string,
    readonly files: ReadonlyMap<string, Buffer>,
  ) {
    this.server = createServer((request, response) => this.answer(request, response));
  }

  static async start(name: string, files: ReadonlyMap<string, Buffer>): Promise<Hub> {
    const hub = new Hub(name, files);
    await new Promise<void>((resolve) => hub.server.listen(0, "127.0.0.1", resolve));
    // A test that fails does not stop its hub, which would keep the test process alive.
    hub.server.unref();
    return hub;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const path = decodeURIComponent(new URL(request.url ?? "", this.address).pathname);
    const resolved = `/${this.name}/resolve/${this.revision}/`;
    if (path === `/api/models/${this.name}/revision/main`) {
      if (this.faults.listing) this.sendEndless(response);
      else response.end(JSON.stringify(this.listing()));
    } else if (path.startsWith(resolved)) {
      response.writeHead(302, { location: `/store/${path.slice(resolved.length)}` }).end();
    } else if (path.startsWith("/store/") && this.files.has(path.slice(7))) {
      this.send(path.slice(7), request, response);
    } else response.writeHead(path.startsWith("/api/") ? 401 : 404).end();
  }

  private listing(): object {
    const siblings = [...this.files].map(([rfilename, bytes]) => {
      const blobId = createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      const isLarge = /safetensors$|bin$/.test(rfilename);
      return {
        rfilename,
        size: this.faults.lists?.file === rfilename ? this.faults.lists.size : bytes.length,
        blobId,
        ...(isLarge && { lfs: { sha256, size: bytes.length } }),
      };
    });
    return { id: this.name, sha: this.revision, siblings };
  }

  private sendEndless(response: ServerResponse): void {
    const floods = this.faults.listing === "floods";
    const part = Buffer.alloc(floods ? 2 ** 16 : 1, " ");
    const more = (): void => {
      if (response.destroyed) return;
      this.listed += part.length;
      response.write(part, () => (floods ? setImmediate(more) : setTimeout(more, 5)));
    };
    more();
  }

  private send(name: string, request: IncomingMessage, response: ServerResponse): void {
    const { breaks, refuses, ignoresRanges, confusesRanges, corrupts, lengthens } = this.faults;
    const from = Number(request.headers.range?.match(/bytes=(\d+)-/)?.[1] ?? 0);
    this.asked.push(`${name} ${from}`);
    if (refuses && refuses.times-- > 0) {
      response.writeHead(refuses.status).end();
      return;
    }
    const stored = this.files.get(name)!;
    const sent = Buffer.from(stored);
    if (corrupts === name) sent[sent.length - 1] ^= 1;
    const all = lengthens === name ? Buffer.concat([sent, Buffer.from("!")]) : sent;
    const start = ignoresRanges ? 0 : from;
    const body = all.subarray(start);
    const range = `bytes ${confusesRanges ? start + 1 : start}-${all.length - 1}/${all.length}`;
    response.writeHead(start > 0 ? 206 : 200, {
      "content-length": body.length,
      ...(start > 0 && { "content-range": range }),
    });
    if (breaks && breaks.times > 0 && body.length > breaks.after) {
      breaks.times--;
      response.write(body.subarray(0, breaks.after), () => setTimeout(() => response.destroy(), 20));
    } else response.end(body);
  }
}
