import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { kernelPath } from "../../notebooks/kernel/kernelspec";
import type { Program } from "./browser-test";

/** An environment in which Jupyter finds our kernel, without the user's settings. */
export function jupyterEnvironment(folder: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    JUPYTER_PATH: kernelPath(),
    JUPYTER_CONFIG_DIR: join(folder, "config"),
    JUPYTER_DATA_DIR: join(folder, "data"),
    JUPYTER_RUNTIME_DIR: join(folder, "runtime"),
    IPYTHONDIR: join(folder, "ipython"),
  };
}

/** A Jupyter server for a test, on 127.0.0.1. */
export interface JupyterServer {
  readonly origin: string;
  readonly token: string;
  /** Its output. */
  log(): string;
  /** Resolves when a front end is connected to an idle kernel. */
  kernelReady(): Promise<void>;
  stop(): Promise<void>;
}

const timeoutSeconds = 120;
const checksPerSecond = 4;
/**
 * The server may miss the first "idle" of a kernel, which does not repeat it. So we assume that a front end is ready if it has been
 * connected for this many checks.
 */
const checksUntilReady = 15 * checksPerSecond;

/** Starts Jupyter with the notebooks of a folder and waits until it answers. */
export async function startJupyter([program, ...args]: Program, folder: string): Promise<JupyterServer> {
  const [port, token] = [await freePort(), randomBytes(16).toString("hex")];
  const notebooks = join(folder, "notebooks");
  mkdirSync(notebooks, { recursive: true });
  const options = [
    "--no-browser",
    "--allow-root",
    "--ip=127.0.0.1",
    `--port=${port}`,
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.news_url=None",
  ];
  const child = spawn(program, [...args, ...options], {
    cwd: notebooks,
    env: { ...jupyterEnvironment(folder), JUPYTER_TOKEN: token },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (log += chunk));
  const origin = `http://127.0.0.1:${port}`;
  const kernels = async (): Promise<readonly Kernel[] | undefined> => {
    if (child.exitCode !== null) throw new Error(`Jupyter has exited:\n${log}`);
    const answer = await fetch(`${origin}/api/kernels?token=${token}`).catch(() => undefined);
    return answer?.ok ? answer.json() : undefined;
  };
  await until("Jupyter answers", async () => (await kernels()) !== undefined);
  const kernelReady = async (): Promise<void> => {
    let checksConnected = 0;
    await until("a kernel is ready", async () => {
      const connected = (await kernels())?.filter(({ connections }) => connections > 0) ?? [];
      if (connected.length) checksConnected++;
      return checksConnected > checksUntilReady || connected.some((one) => one.execution_state === "idle");
    });
  };
  return { origin, token, log: () => log, kernelReady, stop: () => stop(child) };
}

interface Kernel {
  readonly execution_state: string;
  readonly connections: number;
}

async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
  for (let checks = 0; checks < timeoutSeconds * checksPerSecond; checks++) {
    if (await condition()) return;
    await delay(1000 / checksPerSecond);
  }
  throw new Error(`waited for ${timeoutSeconds} s until ${what}`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exit = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 10_000);
  await exit;
  clearTimeout(timer);
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
