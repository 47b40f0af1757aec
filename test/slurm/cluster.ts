// A Slurm cluster of this one machine, for tests: controller, node and munge as plain processes, which listen on 127.0.0.1 alone.
// By hand: node dist/test/slurm/cluster.js start FOLDER, and stop FOLDER.
import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { hostname } from "node:os";
import { join } from "node:path";

const daemons = ["munged", "slurmctld", "slurmd"] as const;
export type Daemon = (typeof daemons)[number];

export interface ClusterOptions {
  /** How many single-processor jobs run at a time, whatever the machine has. */
  readonly processors?: number;
  /** Further lines of slurm.conf. */
  readonly more?: readonly string[];
}

export class Cluster {
  private readonly host = hostname().split(".")[0];

  /** @param folder for configuration, state and logs; short, because a socket is in it */
  private constructor(readonly folder: string) {}

  static async start(folder: string, options: ClusterOptions = {}): Promise<Cluster> {
    const cluster = new Cluster(folder);
    for (const name of ["state", "spool", "munge"]) mkdirSync(join(folder, name), { recursive: true });
    chmodSync(folder, 0o755);
    writeFileSync(join(folder, "munge.key"), randomBytes(1024), { mode: 0o600 });
    writeFileSync(cluster.config, await cluster.configuration(options));
    for (const daemon of daemons) cluster.begin(daemon);
    await cluster.ready();
    return cluster;
  }

  /** One that was started by another process. */
  static at(folder: string): Cluster {
    return new Cluster(folder);
  }

  /** What Slurm's commands need to find it. */
  get environment(): { readonly SLURM_CONF: string } {
    return { SLURM_CONF: this.config };
  }

  /** What one of Slurm's commands prints. */
  command(name: string, ...args: string[]): string {
    const env = { ...process.env, ...this.environment };
    return execFileSync(name, args, { encoding: "utf8", env, stdio: ["ignore", "pipe", "pipe"] });
  }

  begin(daemon: Daemon): void {
    const start = {
      munged: [
        "--key-file",
        this.at("munge.key"),
        "--socket",
        this.socket,
        "--seed-file",
        this.at("munge.seed"),
      ],
      slurmctld: ["-f", this.config],
      slurmd: ["-f", this.config, "-N", this.host],
    }[daemon];
    const files = ["--pid-file", this.at("munged.pid"), "--log-file", this.at("munged.log")];
    const args = daemon === "munged" ? [...start, ...files] : start;
    execFileSync(daemon, args, { env: { ...process.env, ...this.environment }, stdio: "ignore" });
  }

  /** Kills a daemon as a crash would; jobs go on. */
  async kill(daemon: Daemon, signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    const pid = this.pidOf(daemon);
    if (pid === undefined) return;
    process.kill(pid, signal);
    while (this.pidOf(daemon) !== undefined) await new Promise((resolve) => setTimeout(resolve, 20));
    rmSync(this.at(`${daemon}.pid`), { force: true });
  }

  /** Waits until the node takes jobs; where Slurm has taken it out of use, as after a crash, gives it back as an administrator does. */
  async ready(): Promise<void> {
    for (let tries = 0; tries < 300; tries++) {
      const env = { ...process.env, ...this.environment };
      const { stdout } = spawnSync("sinfo", ["--noheader", "--format=%T"], { encoding: "utf8", env });
      await new Promise((resolve) => setTimeout(resolve, 100));
      if (/^(idle|mixed|allocated|completing)$/m.test(stdout ?? "")) return;
      if (/^(drain|down)/m.test(stdout ?? ""))
        spawnSync("scontrol", ["update", `nodename=${this.host}`, "state=resume"], { env });
    }
    const end = (name: string): string =>
      readFileSync(this.at(name), "utf8").split("\n").slice(-8).join("\n");
    throw new Error(`Slurm did not come up:\n${end("slurmctld.log")}\n${end("slurmd.log")}`);
  }

  /** Ends all jobs, then the daemons, and forgets everything. */
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

  /** Undefined where it does not run; only of one that this cluster has started. */
  private pidOf(daemon: Daemon): number | undefined {
    try {
      // A daemon that ends removes its own file at any moment.
      const pid = Number(readFileSync(this.at(`${daemon}.pid`), "utf8"));
      const [, name, state] = /\((.*)\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, "latin1"))!;
      return name === daemon && state !== "Z" ? pid : undefined;
    } catch {
      return undefined;
    }
  }

  private get config(): string {
    return this.at("slurm.conf");
  }

  private get socket(): string {
    return this.at("munge/socket");
  }

  private at(name: string): string {
    return join(this.folder, name);
  }

  private async configuration({ processors = 4, more = [] }: ClusterOptions): Promise<string> {
    const [controller, node] = await freePorts(2);
    return [
      "ClusterName=test",
      `SlurmctldHost=${this.host}(127.0.0.1)`,
      "SlurmUser=root",
      `SlurmctldPort=${controller}`,
      `SlurmdPort=${node}`,
      "CommunicationParameters=NoInAddrAny,NoCtldInAddrAny",
      "AuthType=auth/munge",
      // a requeued job waits this many seconds before it begins again
      `AuthInfo=socket=${this.socket},cred_expire=5`,
      `StateSaveLocation=${this.at("state")}`,
      `SlurmdSpoolDir=${this.at("spool")}`,
      ...(["slurmctld", "slurmd"] as const).flatMap((daemon) => {
        const name = `S${daemon.slice(1)}`;
        return [`${name}PidFile=${this.at(daemon)}.pid`, `${name}LogFile=${this.at(daemon)}.log`];
      }),
      "ProctrackType=proctrack/linuxproc",
      "TaskPlugin=task/none",
      "JobAcctGatherType=jobacct_gather/none",
      "SelectType=select/cons_tres",
      "SelectTypeParameters=CR_CPU",
      "SchedulerParameters=sched_interval=1,sched_min_interval=0,batch_sched_delay=0,bf_interval=1",
      "MpiDefault=none",
      // jobs of a node that was away are not taken from it
      "ReturnToService=2",
      "SlurmdParameters=config_overrides",
      "KillWait=5",
      `NodeName=${this.host} NodeAddr=127.0.0.1 CPUs=${processors} RealMemory=16000 State=UNKNOWN`,
      `PartitionName=main Nodes=${this.host} Default=YES MaxTime=INFINITE State=UP`,
      `PartitionName=other Nodes=${this.host} MaxTime=INFINITE State=UP`,
      ...more,
      "",
    ].join("\n");
  }
}

/** Ports of this machine that nothing listens on, held until all are found. */
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
  } else if (what === "stop") await Cluster.at(folder).stop();
  else throw new Error("start FOLDER or stop FOLDER");
}

if (require.main === module) main(process.argv.slice(2));
