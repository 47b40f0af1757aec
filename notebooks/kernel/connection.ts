import { randomUUID } from "node:crypto";
import { type AddressInfo, createServer, type Server } from "node:net";
import { basename } from "node:path";

const ports = ["shell_port", "iopub_port", "stdin_port", "control_port", "hb_port"] as const;
type Port = (typeof ports)[number];

/** Content of a connection file. */
export interface Connection extends Readonly<Record<Port, number>> {
  readonly transport: "tcp";
  readonly ip: string;
  readonly signature_scheme: "hmac-sha256";
  readonly key: string;
  readonly kernel_name: string;
}

/** The address that a socket binds or connects to. */
export function endpoint(connection: Connection, port: Port): string {
  return `${connection.transport}://${connection.ip}:${connection[port]}`;
}

/** Lets a front end reconnect under its name while its lost connection still exists. */
export const routing = { handover: true } as const;

/** The kernel's id at the server that started it, from the name of the connection file; undefined without a server. */
export function serverKernelId(connectionFile: string): string | undefined {
  return /^kernel-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.json$/.exec(basename(connectionFile))?.[1];
}

/** A connection on 127.0.0.1 with a new key and free ports. */
export async function newConnection(): Promise<Connection> {
  // All servers listen before the first closes, so that the ports differ.
  const servers = await Promise.all(ports.map(listen));
  const numbers = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return {
    transport: "tcp",
    ip: "127.0.0.1",
    signature_scheme: "hmac-sha256",
    key: randomUUID(),
    kernel_name: "tslab",
    ...(Object.fromEntries(ports.map((port, i) => [port, numbers[i]])) as Record<Port, number>),
  };
}

function listen(): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve(server));
  });
}
