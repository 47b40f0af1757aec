import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, beforeEach, test } from "node:test";
import { SlurmExecutor } from "../../../src/experiments";
import { sbatchOptions } from "../../../src/experiments/sweep/slurm-command";
import { jobScript } from "../../../src/experiments/sweep/slurm-script";

// Uses fake Slurm commands; test/slurm uses the real ones.
const root = realpathSync(mkdtempSync(join(tmpdir(), "pnr-slurm-")));
const { PATH } = process.env;
const commands = ["sbatch", "squeue", "scancel", "scontrol"] as const;
after(() => {
  process.env.PATH = PATH;
  rmSync(root, { recursive: true });
});

/** Logs its arguments, then prints or fails as the test configures. */
const standIn = `#!/bin/sh
printf '%s\\n' "$@" "" >>"$0.calls"
if [ -e "$0.fails" ]; then cat "$0.fails" >&2; exit 1; fi
if [ -e "$0.says" ]; then cat "$0.says"; fi
`;

let here: string;
let cases = 0;
beforeEach(() => {
  here = join(root, String(cases++));
  mkdirSync(join(here, "store"), { recursive: true });
  for (const name of commands) {
    writeFileSync(join(here, name), standIn);
    chmodSync(join(here, name), 0o755);
  }
  process.env.PATH = [here, PATH].join(delimiter);
});

const says = (name: (typeof commands)[number], text: string): void =>
  writeFileSync(join(here, `${name}.says`), text);
const fails = (name: (typeof commands)[number], text: string): void =>
  writeFileSync(join(here, `${name}.fails`), text);
const calls = (name: (typeof commands)[number]): string[][] => {
  const file = join(here, `${name}.calls`);
  if (!existsSync(file)) return [];
  const text = readFileSync(file, "utf8").trimEnd();
  return text.split("\n\n").map((call) => call.split("\n"));
};
const jobs = (...ids: string[]) => ids.map((id) => ({ id, folder: join(here, "store", id) }));
const executor = (runs: readonly string[], more: object = {}): SlurmExecutor =>
  new SlurmExecutor({ store: join(here, "store"), runs, ...more });
const submissions = (): string[] => {
  const folder = join(here, "store", "slurm");
  return existsSync(folder) ? readdirSync(folder).sort() : [];
};
const optionOf = (call: readonly string[], name: string): string | undefined =>
  call.find((option) => option.startsWith(`--${name}=`))?.slice(name.length + 3);

test("runs are submitted as job arrays of the cluster's maximum size, with a link from each task to its run", async () => {
  says("scontrol", "MaxJobCount             = 10000\nMaxArraySize            = 3\n");
  const ids = ["a", "b", "c", "d", "e"];
  await executor(ids, { atOnce: 2, sbatch: ["--partition=gpu --comment='two words'"] }).submit(jobs(...ids));
  const sent = calls("sbatch");
  assert.deepEqual(
    sent.map((call) => optionOf(call, "array")),
    ["0-2%2", "0-1%2"],
  );
  const linked = sent.map((call) => {
    const folder = optionOf(call, "output")!.replace(/\/%a\/log\.txt$/, "");
    assert.equal(call.at(-1), join(folder, "job.sh"));
    const numbers = readdirSync(folder).filter((name) => /^\d+$/.test(name));
    return numbers.map((number) => readlinkSync(join(folder, number)));
  });
  assert.deepEqual(linked, [
    ["../../a", "../../b", "../../c"],
    ["../../d", "../../e"],
  ]);
  for (const call of sent) {
    const lines = readFileSync(call.at(-1)!, "utf8").split("\n");
    const options = call.filter((option) => option.startsWith("--") && option !== "--parsable");
    const written = lines.filter((line) => line.startsWith("#SBATCH ")).map((line) => line.slice(8));
    assert.deepEqual(
      written.map((line) => line.replace(/^"(.*)"$/, "$1")),
      options,
    );
    assert.ok(options.includes("--partition=gpu") && options.includes("--comment=two words"));
    for (const option of ["--requeue", "--open-mode=append", "--signal=B:USR2@120"])
      assert.ok(options.includes(option), option);
  }
});

test("a sweep finds its jobs by their names, and neither lists nor cancels others", async () => {
  const first = executor(["a", "b", "c"]);
  await first.submit(jobs("a", "b", "c"));
  const name = optionOf(calls("sbatch")[0], "job-name")!;
  const stale = `${name.split(".")[0]}.20200101000000-000000`;
  says(
    "squeue",
    [
      `${name}|41|0|None`,
      `${name}|41|2|Priority`,
      `${stale}|40|0|None`,
      "pnr-00000000.x|39|0|None",
      "shell|7|N/A|None",
      "",
    ].join("\n"),
  );
  const second = executor(["a", "b"]);
  assert.deepEqual([...(await first.live())], ["a", "c"]);
  assert.deepEqual([...(await second.live())], ["a"], "c is not this sweep's");
  await second.cancel();
  await first.cancel();
  assert.deepEqual(calls("scancel"), [["41_0"], ["41_0", "41_2"]]);
  says("squeue", "");
  await first.cancel();
  assert.equal(calls("scancel").length, 2, "nothing to cancel");
  assert.deepEqual(await first.live(), new Set());
});

test("a job that Slurm could not start and holds is canceled, and its run submitted again", async () => {
  const one = executor(["a", "b"]);
  await one.submit(jobs("a", "b"));
  const name = optionOf(calls("sbatch")[0], "job-name")!;
  says("squeue", `${name}|41|0|launch failed requeued held\n${name}|41|1|JobHeldUser\n`);
  assert.deepEqual(await one.live(), new Set(["b"]), "jobs held by a user stay");
  await one.submit(jobs("a"));
  assert.deepEqual(calls("scancel"), [["41_0"]]);
  assert.equal(calls("sbatch").length, 2);
});

test("a failing squeue is an error, not an empty queue", async () => {
  fails(
    "squeue",
    "squeue: error: something\nslurm_load_jobs error: Unable to contact slurm controller (connect failure)\n",
  );
  await assert.rejects(executor(["a"]).live(), {
    name: "PnrError",
    message: "squeue: slurm_load_jobs error: Unable to contact slurm controller (connect failure)",
  });
});

test("a refused submission leaves nothing; without an answer the job may exist and its folder stays", async () => {
  fails(
    "sbatch",
    "sbatch: error: invalid partition specified: gpuu\nsbatch: error: Batch job submission failed: Invalid partition\n",
  );
  const one = executor(["a"]);
  await assert.rejects(one.submit(jobs("a")), {
    message: "sbatch: Batch job submission failed: Invalid partition",
  });
  await assert.rejects(one.check(), { message: "sbatch: Batch job submission failed: Invalid partition" });
  assert.deepEqual(submissions(), []);
  fails("sbatch", "sbatch: error: Batch job submission failed: Socket timed out on send/recv operation\n");
  await assert.rejects(one.submit(jobs("a")), /timed out/);
  assert.equal(submissions().length, 1);
  fails(
    "sbatch",
    "sbatch: error: Batch job submission failed: Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)\n",
  );
  await one.check();
});

test("a job inherits the listed environment variables unchanged, and no others", () => {
  mkdirSync(join(here, "jobs"));
  const value = 'it\'s "so" $HOME `id` \\ and\nmore';
  const script = jobScript({
    options: ["--requeue"],
    folder: join(here, "jobs"),
    environment: {
      PATH,
      HOME: "/home/one",
      PNR_CORPORA: value,
      OPENBLAS_CORETYPE: "Haswell",
      PNR_ENGINE: "cpu",
      PNR_LEASE: "stdin",
      HUB_TOKEN: "secret",
      PASSWORD: "secret",
      UNSET: undefined,
    },
  });
  assert.ok(!script.includes("secret"));
  const edited = script.replace(
    /^exec .*$/m,
    'printf "%s|" "$PNR_CORPORA" "$OPENBLAS_CORETYPE" "$HOME" "$PNR_ENGINE$PNR_LEASE" "$PNR_THREADS" "$PNR_REQUEUE" "$run"',
  );
  const file = join(here, "asked.sh");
  writeFileSync(file, edited);
  const env = { SLURM_ARRAY_JOB_ID: "12", SLURM_ARRAY_TASK_ID: "3", SLURM_CPUS_PER_TASK: "4" };
  const printed = execFileSync("/bin/bash", [file], { encoding: "utf8", env });
  assert.deepEqual(printed.split("|"), [
    value,
    "Haswell",
    "/home/one",
    "",
    "4",
    "scontrol requeue 12_3",
    join(here, "jobs", "3"),
    "",
  ]);
  assert.match(script, /^#!\/bin\/bash\n#SBATCH --requeue\n/);
});

test("options for sbatch are split like a shell does, and those of the sweep are refused", () => {
  assert.deepEqual(
    sbatchOptions(["--partition=gpu --gres=gpu:1", `-A lab --comment="it's two" --time 4:00:00 -p'a b'`]),
    ["--partition=gpu", "--gres=gpu:1", "-A", "lab", "--comment=it's two", "--time", "4:00:00", "-pa b"],
  );
  assert.deepEqual(sbatchOptions([""]), []);
  const refused = (text: string, message: RegExp): void =>
    assert.throws(() => sbatchOptions([text]), message);
  refused("gpu", /--sbatch "gpu": is not an option of sbatch; write options as --name=value/);
  refused("--partition=gpu long", /--sbatch "long": is not an option/);
  refused('--comment="two words', /a quote is not closed/);
  for (const option of [
    "--array=0-3",
    "-a0-3",
    "-a 0-3",
    "--job-name=x",
    "-J x",
    "--output=x",
    "--export=ALL",
    "--wait",
    "-W",
  ])
    refused(option, /the sweep sets --[a-z-]+ itself; omit it/);
});

test("a missing Slurm is an error that says so", async () => {
  process.env.PATH = root;
  await assert.rejects(executor(["a"]).check(), {
    name: "InputError",
    message: /^sbatch is not installed here; run this on a machine of the cluster that can submit jobs/,
  });
});
