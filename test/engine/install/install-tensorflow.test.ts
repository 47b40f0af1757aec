// `pnr engine --tensorflow` on machines that lack something, with fake programs and hosts.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, it } from "node:test";
import { thisProcess } from "../../../src/base/owner";
import { lastLine, type Machine, python, run, start, until } from "./machine";

const compilers = { "g++": "exit 0", make: "exit 0" };
const withPip = ["--tensorflow", "--from", "pip"];

/** A pip that installs empty files with the names of TensorFlow's libraries. */
const fakePip = `while [ "$1" != --target ]; do shift; done
    mkdir -p "$2/tensorflow"; touch "$2/tensorflow/libtensorflow_cc.so.2"; touch "$PNR_ENGINE_FOLDER/called"`;

describe("pnr engine --tensorflow", { concurrency: 2 }, () => {
  const cases: readonly [what: string, programs: Machine["programs"], expected: RegExp][] = [
    [
      "Python",
      {},
      /^pnr: Python with pip is needed, and python3 does not run: install it .*python3-pip\), or name another Python with --python$/,
    ],
    [
      "pip",
      { python3: 'case "$*" in *version_info*) echo 3.12 ;; *) exit 1 ;; esac' },
      /^pnr: pip is needed, and python3 \(3\.12\) lacks it: install it .*python3-pip\)/,
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
      /^pnr: pip finds no tensorflow-cpu for Python 3\.12 on .*: its index lacks it .* name another with --python$/,
    ],
    [
      "a library in the wheel",
      { ...compilers, python3: python("") },
      /^pnr: tensorflow-cpu has no libtensorflow_cc\.so\.2: name another version/,
    ],
  ];
  for (const [what, programs, expected] of cases) {
    it(`says in one line what to do without ${what}, and leaves only the log`, async () => {
      const { ended, folder } = start(withPip, { programs });
      const { code, stdout, stderr } = await ended;
      assert.deepEqual([code, stdout], [1, ""]);
      assert.match(lastLine(stderr), expected);
      assert.deepEqual(readdirSync(folder), ["install.log"]);
    });
  }

  it("kills its commands when it is interrupted, and leaves neither its lock nor scratch files", async () => {
    const pip = `sleep 600 & echo $! > "$PNR_ENGINE_FOLDER/pid"; wait`;
    const command = start(withPip, { programs: { ...compilers, python3: python(pip) } });
    const pidFile = join(command.base, "pid");
    await until(command, () => existsSync(pidFile) && readdirSync(command.folder).length === 3);
    command.child.kill("SIGINT");
    const { code, stderr } = await command.ended;
    assert.equal(code, 130);
    assert.match(stderr, /^pnr: interrupted; the same command resumes$/m);
    assert.deepEqual(readdirSync(command.folder), ["install.log"]);
  });

  it("removes the scratch files of a killed installation", async () => {
    const programs = { ...compilers, python3: python("exec sleep 3") };
    const first = start(withPip, { programs });
    await until(first, () => existsSync(first.folder) && readdirSync(first.folder).length === 3);
    first.child.kill("SIGKILL");
    await first.ended;
    assert.equal(readdirSync(first.folder).length, 3);
    const second = await run(withPip, {
      programs: { python3: "exit 1" },
      environment: { PNR_ENGINE_FOLDER: first.base },
    });
    assert.equal(second.code, 1);
    assert.deepEqual(readdirSync(first.folder), ["install.log"]);
  });

  it("resumes after pip's part, unless the version is another", async () => {
    const programs = { "g++": "[ $# = 1 ]", make: "[ $# = 1 ]", python3: python(fakePip) };
    const first = start(withPip, { programs });
    const { code, stderr } = await first.ended;
    assert.equal(code, 1);
    assert.match(stderr, /Installing tensorflow-cpu with pip .*: done in /);
    assert.match(lastLine(stderr), /^pnr: the binding does not compile: see .*install\.log$/);
    const packages = (): string[] => readdirSync(join(first.folder, "tensorflow.new"));
    assert.deepEqual(packages(), ["python-cpu-newest"]);
    const again = (...args: string[]) =>
      run([...withPip, ...args], { programs, environment: { PNR_ENGINE_FOLDER: first.base } });
    const second = await again();
    assert.doesNotMatch(second.stderr, /Installing/);
    assert.match(lastLine(second.stderr), /^pnr: the binding does not compile/);
    assert.match((await again("--force")).stderr, /Installing tensorflow-cpu with pip/);
    const other = [...withPip.slice(1), "--tensorflow", "2.20.0"];
    const third = await run(other, { programs, environment: { PNR_ENGINE_FOLDER: first.base } });
    assert.match(third.stderr, /Installing tensorflow-cpu==2\.20\.0 with pip/);
    assert.deepEqual(packages(), ["python-cpu-2.20.0"]);
  });

  it("refuses to run at the same time as another installer", async () => {
    const { ended, folder, base } = start(withPip, {});
    await ended;
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "install.lock"), JSON.stringify(thisProcess()));
    const { code, stderr } = await run(withPip, { environment: { PNR_ENGINE_FOLDER: base } });
    assert.equal(code, 2);
    assert.match(
      stderr,
      new RegExp(
        `^pnr: .*: process ${process.pid} on .* is installing an engine.*; wait for it, or stop it\n$`,
      ),
    );
  });

  it("explains why the published binary could not be fetched", async () => {
    const published = ["--tensorflow", "--from", "published", "--device", "cpu"];
    const withoutHost = await run(published, {
      environment: { TFJS_NODE_BASE_URI: "http://127.0.0.1:9/lib-" },
    });
    assert.equal(withoutHost.code, 1);
    const message =
      /^pnr: TensorFlow has no published binary for this machine \((.*)\), and cannot be built here \(--from published excludes it\)/;
    assert.equal(lastLine(withoutHost.stderr).match(message)?.[1], "its host does not answer");
    assert.doesNotMatch(withoutHost.stderr, /ECONNREFUSED|\bat /);
    const server = await serve("this is not an archive");
    const withWrongFile = await run(published, {
      environment: { TFJS_NODE_BASE_URI: `http://127.0.0.1:${(server.address() as AddressInfo).port}/lib-` },
    });
    server.close();
    assert.match(
      lastLine(withWrongFile.stderr).match(message)?.[1] ?? "",
      /not send an archive|script failed|did not fetch it/,
    );
  });
});

function serve(body: string): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer((_, response) => response.end(body));
    server.listen(0, "127.0.0.1", () => resolve(server));
  });
}
