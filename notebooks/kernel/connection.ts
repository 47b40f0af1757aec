import { randomUUID } from "node:crypto";
import { type AddressInfo, createServer, type Server } from "node:net";
import { basename } from "node:path";

/** Content of a connection file. */
export interface Connection {
  readonly transport: "tcp";
  readonly ip: string;
  readonly signature_scheme: "hmac-sha256";
  readonly key: string;
  readonly kernel_name: string;
  readonly shell_port: number;
  readonly iopub_port: number;
  readonly stdin_port: number;
  readonly control_port: number;
  readonly hb_port: number;
}

/** Where a socket binds or connects. */
export function endpoint(
  { transport, ip, ...ports }: Connection,
  port: "shell_port" | "iopub_port" | "stdin_port" | "control_port" | "hb_port",
): string {
  return `${transport}://${ip}:${ports[port]}`;
}

/** A front end that connects anew keeps its name, and is heard although its lost connection still stands. */
export const routing = { handover: true } as const;

/** The kernel's id at the server that started it, by the name of the connection file; undefined where there is none. */
export function serverKernelId(connectionFile: string): string | undefined {
  return /^kernel-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.json$/.exec(basename(connectionFile))?.[1];
}

/** A connection on 127.0.0.1 with a fresh key and ports that are free now. */
export async function newConnection(): Promise<Connection> {
  const [shell_port, iopub_port, stdin_port, control_port, hb_port] = await freePorts(5);
  return {
    transport: "tcp",
    ip: "127.0.0.1",
    signature_scheme: "hmac-sha256",
    key: randomUUID(),
    kernel_name: "tslab",
    shell_port,
    iopub_port,
    stdin_port,
    control_port,
    hb_port,
  };
}

/** All are open at the same time before the first is closed, so that no port comes twice. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, listen));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function listen(): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve(server));
  });
}
