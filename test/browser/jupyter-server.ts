import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { kernelPath } from "../../notebooks/kernel/kernelspec";
import { type Program, root } from "./available";

/** Environment in which Jupyter finds our kernel and nothing of the user's. */
export function jupyterEnvironment(folder: string): NodeJS.ProcessEnv {
  const at = (name: string): string => join(folder, name);
  return {
    ...process.env,
    JUPYTER_PATH: kernelPath(root),
    JUPYTER_CONFIG_DIR: at("config"),
    JUPYTER_DATA_DIR: at("data"),
    JUPYTER_RUNTIME_DIR: at("runtime"),
    IPYTHONDIR: at("ipython"),
  };
}

/** A Jupyter server of a test's own, on 127.0.0.1. */
export interface JupyterServer {
  readonly origin: string;
  readonly token: string;
  /** What it printed. */
  log(): string;
  /** Resolves once a front end is connected to a kernel that has nothing to do. */
  kernelReady(): Promise<void>;
  stop(): Promise<void>;
}

const secondsToWait = 120;
const looksASecond = 4;
/**
 * The server listens to a kernel by a socket of its own, which may be late for the first "idle", and an idle kernel says no
 * second one; a front end that has been connected for so long is ready all the same.
 */
const looksToBelieve = 15 * looksASecond;

/** Starts Jupyter on the notebooks of a folder and waits until it answers. */
export async function startJupyter([program, ...start]: Program, folder: string): Promise<JupyterServer> {
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
  const child = spawn(program, [...start, ...options], {
    cwd: notebooks,
    env: { ...jupyterEnvironment(folder), JUPYTER_TOKEN: token },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (log += chunk));
  const origin = `http://127.0.0.1:${port}`;
  const kernels = async (): Promise<readonly Kernel[] | undefined> => {
    if (child.exitCode !== null) throw new Error(`Jupyter left:\n${log}`);
    const answer = await fetch(`${origin}/api/kernels?token=${token}`).catch(() => undefined);
    return answer?.ok ? answer.json() : undefined;
  };
  await until("Jupyter answers", async () => (await kernels()) !== undefined);
  const kernelReady = async (): Promise<void> => {
    let connectedFor = 0;
    await until("a kernel is ready", async () => {
      const connected = (await kernels())?.filter(({ connections }) => connections > 0) ?? [];
      if (connected.length) connectedFor++;
      return connectedFor > looksToBelieve || connected.some((one) => one.execution_state === "idle");
    });
  };
  return { origin, token, log: () => log, kernelReady, stop: () => stop(child) };
}

interface Kernel {
  readonly execution_state: string;
  readonly connections: number;
}

async function until(what: string, reached: () => Promise<boolean>): Promise<void> {
  for (let waited = 0; waited < secondsToWait * looksASecond; waited++) {
    if (await reached()) return;
    await delay(1000 / looksASecond);
  }
  throw new Error(`waited for ${secondsToWait} s until ${what}`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGTERM");
  const force = setTimeout(() => child.kill("SIGKILL"), 10_000);
  await gone;
  clearTimeout(force);
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
