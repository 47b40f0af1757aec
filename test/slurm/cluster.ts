// A Slurm cluster on this machine, for tests: controller, node and munge as processes that listen only on 127.0.0.1.
// By hand: node dist/test/slurm/cluster.js start|stop FOLDER
import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { hostname } from "node:os";
import { join } from "node:path";

const daemons = ["munged", "slurmctld", "slurmd"] as const;
export type Daemon = (typeof daemons)[number];

export interface ClusterOptions {
  /** The number of single-processor jobs that run at the same time, independent of the machine. */
  readonly processors?: number;
}

export class Cluster {
  private readonly host = hostname().split(".")[0];

  /** @param folder for configuration, state and logs; a short path, because it contains a socket */
  private constructor(readonly folder: string) {}

  static async start(folder: string, options: ClusterOptions = {}): Promise<Cluster> {
    const cluster = new Cluster(folder);
    for (const name of ["state", "spool", "munge"]) mkdirSync(join(folder, name), { recursive: true });
    chmodSync(folder, 0o755);
    writeFileSync(join(folder, "munge.key"), randomBytes(1024), { mode: 0o600 });
    writeFileSync(cluster.config, await cluster.configuration(options));
    for (const daemon of daemons) cluster.startDaemon(daemon);
    await cluster.ready();
    return cluster;
  }

  /** A cluster that another process has started. */
  static attach(folder: string): Cluster {
    return new Cluster(folder);
  }

  /** Makes Slurm's commands find the cluster. */
  get environment(): { readonly SLURM_CONF: string } {
    return { SLURM_CONF: this.config };
  }

  /** Runs a command of Slurm. @returns its output */
  command(name: string, ...args: string[]): string {
    const env = { ...process.env, ...this.environment };
    return execFileSync(name, args, { encoding: "utf8", env, stdio: ["ignore", "pipe", "pipe"] });
  }

  startDaemon(daemon: Daemon): void {
    const start = {
      munged: [
        "--key-file",
        this.path("munge.key"),
        "--socket",
        this.socket,
        "--seed-file",
        this.path("munge.seed"),
      ],
      slurmctld: ["-f", this.config],
      slurmd: ["-f", this.config, "-N", this.host],
    }[daemon];
    const files = ["--pid-file", this.path("munged.pid"), "--log-file", this.path("munged.log")];
    const args = daemon === "munged" ? [...start, ...files] : start;
    execFileSync(daemon, args, { env: { ...process.env, ...this.environment }, stdio: "ignore" });
  }

  /** Kills a daemon like a crash. Jobs continue. */
  async kill(daemon: Daemon, signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    const pid = this.pidOf(daemon);
    if (pid === undefined) return;
    process.kill(pid, signal);
    while (this.pidOf(daemon) !== undefined) await new Promise((resolve) => setTimeout(resolve, 20));
    rmSync(this.path(`${daemon}.pid`), { force: true });
  }

  /** Waits until the node accepts jobs. If Slurm has drained it, as after a crash, resumes it like an administrator. */
  async ready(): Promise<void> {
    for (let tries = 0; tries < 300; tries++) {
      const env = { ...process.env, ...this.environment };
      const { stdout } = spawnSync("sinfo", ["--noheader", "--format=%T"], { encoding: "utf8", env });
      await new Promise((resolve) => setTimeout(resolve, 100));
      if (/^(idle|mixed|allocated|completing)$/m.test(stdout ?? "")) return;
      if (/^(drain|down)/m.test(stdout ?? ""))
        spawnSync("scontrol", ["update", `nodename=${this.host}`, "state=resume"], { env });
    }
    const tail = (name: string): string =>
      readFileSync(this.path(name), "utf8").split("\n").slice(-8).join("\n");
    throw new Error(`Slurm did not start:\n${tail("slurmctld.log")}\n${tail("slurmd.log")}`);
  }

  /** Cancels all jobs, stops the daemons, and removes the folder. */
  async stop(): Promise<void> {
    const squeue = (): string => {
      try {
        return this.command("squeue", "--noheader").trim();
      } catch {
        return "";
      }
    };
    if (squeue()) this.command("scancel", "--full", "--signal=KILL", "--user=root");
    if (squeue()) this.command("scancel", "--user=root");
    for (let tries = 0; tries < 300 && squeue(); tries++)
      await new Promise((resolve) => setTimeout(resolve, 100));
    for (const daemon of ["slurmd", "slurmctld", "munged"] as const) await this.kill(daemon, "SIGTERM");
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The process of a daemon of this cluster; undefined if it does not run. */
  private pidOf(daemon: Daemon): number | undefined {
    try {
      // A daemon that exits may remove its file at any moment.
      const pid = Number(readFileSync(this.path(`${daemon}.pid`), "utf8"));
      const [, name, state] = /\((.*)\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, "latin1"))!;
      return name === daemon && state !== "Z" ? pid : undefined;
    } catch {
      return undefined;
    }
  }

  private get config(): string {
    return this.path("slurm.conf");
  }

  private get socket(): string {
    return this.path("munge/socket");
  }

  private path(name: string): string {
    return join(this.folder, name);
  }

  private async configuration({ processors = 4 }: ClusterOptions): Promise<string> {
    const [controller, node] = await freePorts(2);
    return [
      "ClusterName=test",
      `SlurmctldHost=${this.host}(127.0.0.1)`,
      "SlurmUser=root",
      `SlurmctldPort=${controller}`,
      `SlurmdPort=${node}`,
      "CommunicationParameters=NoInAddrAny,NoCtldInAddrAny",
      "AuthType=auth/munge",
      // A requeued job waits this many seconds before it starts again.
      `AuthInfo=socket=${this.socket},cred_expire=5`,
      `StateSaveLocation=${this.path("state")}`,
      `SlurmdSpoolDir=${this.path("spool")}`,
      ...(["slurmctld", "slurmd"] as const).flatMap((daemon) => {
        const name = `S${daemon.slice(1)}`;
        return [`${name}PidFile=${this.path(daemon)}.pid`, `${name}LogFile=${this.path(daemon)}.log`];
      }),
      "ProctrackType=proctrack/linuxproc",
      "TaskPlugin=task/none",
      "JobAcctGatherType=jobacct_gather/none",
      "SelectType=select/cons_tres",
      "SelectTypeParameters=CR_CPU",
      "SchedulerParameters=sched_interval=1,sched_min_interval=0,batch_sched_delay=0,bf_interval=1",
      "MpiDefault=none",
      // A node that was unreachable keeps its jobs.
      "ReturnToService=2",
      "SlurmdParameters=config_overrides",
      "KillWait=5",
      `NodeName=${this.host} NodeAddr=127.0.0.1 CPUs=${processors} RealMemory=16000 State=UNKNOWN`,
      `PartitionName=main Nodes=${this.host} Default=YES MaxTime=INFINITE State=UP`,
      `PartitionName=other Nodes=${this.host} MaxTime=INFINITE State=UP`,
      "",
    ].join("\n");
  }
}

/** Free ports, reserved until all are found. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve) =>
          server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port)),
        ),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

async function main([what, folder]: readonly string[]): Promise<void> {
  if (what === "start") {
    const { environment } = await Cluster.start(folder);
    console.log(`export SLURM_CONF=${environment.SLURM_CONF}`);
  } else if (what === "stop") await Cluster.attach(folder).stop();
  else throw new Error("start FOLDER or stop FOLDER");
}

if (require.main === module) main(process.argv.slice(2));
