// `pnr engine --tensorflow` on machines that lack something: programs and hosts of the test's own stand in for what is there.
import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";

const main = join(__dirname, "../../../src/cli/main.js");
const system = `${process.platform}-${process.arch}`;
const root = mkdtempSync(join(tmpdir(), "pnr-engine-test-"));
after(() => rmSync(root, { recursive: true, force: true }));

interface Machine {
  /** Shell scripts by the names under which they are found; nothing else is, but for the system's own few. */
  readonly programs?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
}

let machines = 0;

/** Starts the command on a machine of its own. */
function start(args: readonly string[], { programs = {}, environment = {} }: Machine) {
  const folder = join(root, `machine${machines++}`);
  const bin = join(folder, "bin");
  mkdirSync(bin, { recursive: true });
  for (const name of ["sh", "sleep", "mkdir", "cat", "chmod"]) {
    const path = ["/bin", "/usr/bin"].map((place) => join(place, name)).find((place) => existsSync(place));
    symlinkSync(path as string, join(bin, name));
  }
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  const child = spawn(process.execPath, [main, "engine", "--tensorflow", ...args], {
    env: { PATH: bin, HOME: folder, PNR_ENGINE_FOLDER: folder, ...environment },
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
  return { child, ended, folder: join(folder, system), seen: () => stderr };
}

const run = (args: readonly string[], machine: Machine = {}) => start(args, machine).ended;

const lastLine = (text: string): string => text.trimEnd().split("\n").at(-1) as string;

/** A Python 3.12 with venv, whose pip does as told. */
const python = (pip: string): string => `case "$*" in
  *version_info*) echo 3.12 ;;
  *ensurepip*) ;;
  "-m venv "*) mkdir -p "$3/bin"; cat > "$3/bin/python" <<'END'
#!/bin/sh
${pip}
END
    chmod +x "$3/bin/python" ;;
esac`;

const compilers = { "g++": "exit 0", make: "exit 0" };

describe("pnr engine", { concurrency: 2 }, () => {
  it("explains itself", async () => {
    const { code, stdout } = await run(["--help"]);
    assert.equal(code, 0);
    for (const word of ["--force", "--device", "--from", "--python", "--tensorflow"])
      assert.ok(stdout.includes(word));
  });

  it("says which option to give where none names an engine", () => {
    const { status, stderr } = spawnSync(process.execPath, [main, "engine"], { encoding: "utf8" });
    assert.equal(status, 2);
    assert.equal(stderr, "pnr: no engine is named: give --tensorflow to install it\n");
  });

  it("refuses options that it does not know", async () => {
    assert.match((await run(["--devise", "cpu"])).stderr, /^pnr: unknown option '--devise' /);
    const { code, stderr } = await run(["--device", "tpu"]);
    assert.equal(code, 2);
    assert.match(stderr, /^pnr: .*--device.*tpu.* one of cuda, cpu.*; see pnr engine --help\n$/);
  });

  const lacking: readonly [what: string, programs: Machine["programs"], expected: RegExp][] = [
    ["Python", {}, /^pnr: Python is needed .*python3 does not run: install Python 3\.10 .*--python$/],
    [
      "venv",
      { python3: 'case "$*" in *version_info*) echo 3.12 ;; *) exit 1 ;; esac' },
      /^pnr: Python's module venv is needed, and python3 \(3\.12\) lacks it: install it .*python3-venv/,
    ],
    [
      "a compiler",
      { python3: python("exit 1") },
      /^pnr: a C\+\+ compiler is needed.*: install .*g\+\+ make\)$/,
    ],
    [
      "make",
      { python3: python("exit 1"), "g++": "exit 0" },
      /^pnr: make is needed and does not run: install/,
    ],
    [
      "the network",
      { ...compilers, python3: python("echo 'NewConnectionError: Name or service not known'; exit 1") },
      /^pnr: pip cannot reach a package index that has tensorflow-cpu: check the network .*PIP_FIND_LINKS$/,
    ],
    [
      "a wheel",
      { ...compilers, python3: python("echo 'ERROR: No matching distribution found for x'; exit 1") },
      /^pnr: pip finds no tensorflow-cpu for Python 3\.12 on .*: its index lacks it .* name one from 3\.10 .* with --python$/,
    ],
  ];
  for (const [what, programs, expected] of lacking) {
    it(`says in a line what to do without ${what}, and leaves nothing behind`, async () => {
      const { ended, folder } = start(["--from", "pip"], { programs });
      const { code, stdout, stderr } = await ended;
      assert.deepEqual([code, stdout], [1, ""]);
      assert.match(lastLine(stderr), expected);
      assert.deepEqual(readdirSync(folder), ["install.log"]);
    });
  }

  it("ends what it has under way when it is interrupted, and leaves nothing half-made", async () => {
    const programs = { ...compilers, python3: python("exec sleep 600") };
    const { child, ended, folder, seen } = start(["--from", "pip"], { programs });
    await until(child, () => /Installing tensorflow-cpu/.test(seen()) && readdirSync(folder).length > 1);
    child.kill("SIGINT");
    const { code, stderr } = await ended;
    assert.equal(code, 130);
    assert.match(stderr, /interrupted; nothing half-made is left/);
    assert.deepEqual(readdirSync(folder), ["install.log"]);
  });

  it("clears what a killed one has left, and takes none of it for an engine", async () => {
    const programs = { ...compilers, python3: python("exec sleep 3") };
    const first = start(["--from", "pip"], { programs });
    await until(first.child, () => existsSync(first.folder) && readdirSync(first.folder).length > 1);
    first.child.kill("SIGKILL");
    await first.ended;
    const left = readdirSync(first.folder);
    assert.ok(left.some((name) => name.startsWith("tensorflow-cpu.making-")));
    const second = await run(["--from", "pip"], {
      programs: { python3: "exit 1" },
      environment: { PNR_ENGINE_FOLDER: join(first.folder, "..") },
    });
    assert.equal(second.code, 1);
    assert.deepEqual(readdirSync(first.folder), ["install.log"]);
  });

  it("says in its own words why there is no published binary", async () => {
    const nobody = await run(["--from", "published", "--device", "cpu"], {
      environment: { TFJS_NODE_BASE_URI: "http://127.0.0.1:9/lib-" },
    });
    assert.equal(nobody.code, 1);
    const told =
      /^pnr: the published binary cannot be had \((.*)\), nor a build \(--from published leaves it out\)/;
    assert.equal(lastLine(nobody.stderr).match(told)?.[1], "its host does not answer");
    assert.doesNotMatch(nobody.stderr, /ECONNREFUSED|\bat /);
    const server = await serve("this is no archive");
    const odd = await run(["--from", "published", "--device", "cpu"], {
      environment: { TFJS_NODE_BASE_URI: `http://127.0.0.1:${(server.address() as AddressInfo).port}/lib-` },
    });
    server.close();
    assert.match(lastLine(odd.stderr).match(told)?.[1] ?? "", /no archive|script failed|without it/);
  });
});

function serve(body: string): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer((_, response) => response.end(body));
    server.listen(0, "127.0.0.1", () => resolve(server));
  });
}

/** Waits for something that a running process brings about. */
async function until(child: ChildProcess, condition: () => boolean): Promise<void> {
  while (!condition()) {
    assert.equal(child.exitCode, null, "it ended too early");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
