import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Served {
  readonly address: string;
  /** Path and range of each request. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A server on 127.0.0.1. */
export async function serve(answer: Answer): Promise<Served> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.url} ${request.headers.range ?? "whole"}`);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A test that fails does not close its server, which would keep the test process alive.
  server.unref();
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/**
 * Answers with these bytes, or with the requested range if the request names this version.
 * @param cutAfter breaks the connection after this many bytes
 */
export function bytesOf(bytes: Buffer, version: string, cutAfter?: number): Answer {
  return (request, response) => {
    const requested = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
    const begin = request.headers["if-range"] === version ? requested : 0;
    if (begin > 0 && begin >= bytes.length) {
      response.writeHead(416).end();
      return;
    }
    const body = bytes.subarray(begin);
    response.writeHead(begin > 0 ? 206 : 200, {
      ETag: version,
      "Content-Length": body.length,
      ...(begin > 0 && { "Content-Range": `bytes ${begin}-${bytes.length - 1}/${bytes.length}` }),
    });
    if (cutAfter === undefined) response.end(body);
    else response.write(body.subarray(0, cutAfter), () => setTimeout(() => response.destroy(), 20));
  };
}
