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
  stop(): Promise<void>;
}

const secondsToStart = 60;

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
  await answering(child, `${origin}/api/status?token=${token}`, () => log);
  return { origin, token, log: () => log, stop: () => stop(child) };
}

async function answering(child: ChildProcess, address: string, log: () => string): Promise<void> {
  for (let waited = 0; waited < secondsToStart * 4; waited++) {
    if (child.exitCode !== null) throw new Error(`Jupyter left:\n${log()}`);
    const answer = await fetch(address).catch(() => undefined);
    if (answer?.ok) return;
    await delay(250);
  }
  child.kill("SIGKILL");
  throw new Error(`Jupyter did not answer within ${secondsToStart} s:\n${log()}`);
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
