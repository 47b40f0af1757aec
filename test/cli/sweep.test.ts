// cspell:ignore heds samlpe slrum tabel
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { SweepDisplay } from "../../src/cli/shared/sweep-display";
import type { RunState } from "../../src/experiments";
import { compileOpenBlas, needsCompiler } from "../support/blas";
import { failure, pnr } from "./pnr";

const root = mkdtempSync(join(tmpdir(), "pnr-sweep-"));
after(() => rmSync(root, { recursive: true }));
const smoke = ["--scale", "smoke", "--workers", "2", "--engine", "wasm"];

test("a sweep computes missing runs, and reports failures with their logs", async () => {
  const sweep = (...more: string[]) => pnr(["sweep", ...more, ...smoke, "--json"], { cwd: root });
  const first = await sweep("table2", "table8", "--seeds", "1");
  assert.equal(first.code, 0, first.stderr);
  assert.match(first.stderr, /1 runs of 2 cells, in sweeps\n/);
  assert.match(first.stderr, /^table2 Our Model on sample, seed 1 +test F1 \d+\.\d\d/m);
  const ids = readdirSync(join(root, "sweeps"));
  const { done, failed, left } = JSON.parse(first.stdout);
  assert.deepEqual([done, failed, left], [ids, [], 0]);

  const second = await sweep("table2", "--seeds", "2");
  assert.equal(JSON.parse(second.stdout).done.length, 2);
  assert.doesNotMatch(second.stderr, /seed 1/, "what is there is not run again");
  assert.match(second.stderr, /^table2 Our Model on sample, seed 2 +test F1/m);

  // Results without their runs, as they are committed.
  const report = ["report", "--scale", "smoke", "--format", "arrow", "--out", "tables"];
  assert.equal((await pnr(report, { cwd: root })).code, 0);
  const elsewhere = await sweep("table2", "--seeds", "3", "--store", "elsewhere", "--computed", "tables");
  assert.match(elsewhere.stderr, /1 runs of 1 cells, in elsewhere\n/);
  assert.match(elsewhere.stderr, /^table2 Our Model on sample, seed 3 +test F1/m);
  const nothing = await sweep("table2", "--seeds", "2", "--store", "elsewhere", "--computed", "tables");
  assert.deepEqual([nothing.code, nothing.stderr.match(/all 2 runs are in tables\n$/)?.length], [0, 1]);

  // A folder that training rejects.
  mkdirSync(join(root, "broken", ids[0], "training"), { recursive: true });
  writeFileSync(join(root, "broken", ids[0], "training", "notes.txt"), "");
  const third = await sweep("table2", "--seeds", "2", "--store", "broken");
  assert.equal(third.code, 1);
  const counts = JSON.parse(third.stdout);
  assert.deepEqual([counts.done.length, counts.failed, counts.left], [1, ids, 0]);
  assert.match(
    third.stderr,
    /failed: Our Model on sample, seed 1: .*holds no run.*\n {2}\| attempt 1, .*\n {2}\| .*holds no run.*\n {2}broken.*log\.txt\n/,
  );
  assert.match(third.stderr, /pnr: 1 of 2 runs done, 1 failed; the same command retries them\n$/);
});

test("your own settings are swept from a file, listed and reported", async () => {
  const settings = {
    "two layers": { model: { layers: 2 } },
    "one layer": { model: { layers: 1 } },
    trained: { training: { init: "news" } },
  };
  writeFileSync(join(root, "mine.json"), JSON.stringify({ title: "Depth", settings }));
  const sweep = await pnr(["sweep", "mine.json", ...smoke, "--seeds", "1", "--store", "own"], { cwd: root });
  assert.equal(sweep.code, 0, sweep.stderr);
  assert.match(sweep.stderr, /^ablation one layer on sample, seed 1 +test F1/m);
  const models = readdirSync(join(root, "own")).map(
    (id) => JSON.parse(readFileSync(join(root, "own", id, "training/run.json"), "utf8")).init?.model,
  );
  assert.deepEqual(models.filter(Boolean), ["news"]);
  const results = await pnr(["results", "mine.json", "--store", "own"], { cwd: root });
  assert.match(results.stdout, /^ablation +two layers +sample +smoke +wasm +1 /m);
  assert.doesNotMatch(results.stdout, /runs of other plans/);
  const report = [
    "report",
    "--ablation",
    "mine.json",
    "--from",
    "own",
    "--format",
    "md",
    "--out",
    "own-report",
  ];
  assert.equal((await pnr([...report, "--draws", "1000"], { cwd: root })).code, 0);
  assert.match(
    readFileSync(join(root, "own-report/README.md"), "utf8"),
    /## Depth\n(?:.*\n)+?\| one layer (?:.*\n)+?\| trained /,
  );

  writeFileSync(
    join(root, "mine.json"),
    JSON.stringify({ settings: { ...settings, b: { model: { layers: 0 } } } }),
  );
  const wrong = await pnr(["sweep", "mine.json", ...smoke], { cwd: root });
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /^pnr: mine\.json: settings: "b": model\.layers.* 0/m);
});

test(
  "a sweep on the engine blas plans its library, and a plan on another engine says what it does not count",
  needsCompiler,
  async () => {
    const library = {
      PNR_BLAS: compileOpenBlas(root, "9.1.0"),
      PNR_ENGINE_FOLDER: root,
      CUDA_VISIBLE_DEVICES: "-1",
    };
    const runs = ["table2", "--scale", "smoke", "--seeds", "1", "--store", "blas"];
    const swept = await pnr(["sweep", ...runs], { cwd: root, env: library });
    assert.equal(swept.code, 0, swept.stderr);
    const [id] = readdirSync(join(root, "blas"));
    const { engine } = JSON.parse(readFileSync(join(root, "blas", id, "spec.json"), "utf8"));
    assert.equal(engine, "blas OpenBLAS 9.1.0 Generic");
    const planned = await pnr(["plan", ...runs, "--engine", "wasm", "--no-measure"], { cwd: root });
    assert.match(planned.stdout, /1 runs, 0 done, 1 to do/);
    assert.match(
      planned.stderr,
      /^not counted, because runs on another engine are different runs: 1 complete on blas OpenBLAS 9\.1\.0 Generic$/m,
    );
    const otherCore = { ...library, OPENBLAS_CORETYPE: "Zen" };
    const there = await pnr(["plan", ...runs, "--no-measure"], { cwd: root, env: otherCore });
    assert.match(
      there.stderr,
      /1 complete on blas OpenBLAS 9\.1\.0 Generic; with OPENBLAS_CORETYPE=Generic they count$/m,
    );
    const copied = [...runs.slice(0, -1), "elsewhere-blas", "--computed", "blas"];
    const continued = await pnr(["sweep", ...copied], { cwd: root, env: otherCore });
    assert.match(continued.stderr, /Generic; with OPENBLAS_CORETYPE=Generic they count\n1 runs of 1 cells/);
    const verified = await pnr(["results", "verify", "--from", "blas"], { cwd: root, env: otherCore });
    assert.match(
      verified.stderr,
      /^some runs are of blas OpenBLAS 9\.1\.0 Generic; with OPENBLAS_CORETYPE=Generic, all their numbers are compared, not only F1$/m,
    );

    // Other machines may have another library.
    const onCluster = async (...more: string[]) => {
      const env = { ...library, PATH: join(root, "nothing") };
      return (await pnr(["sweep", ...runs, "--executor", "slurm", ...more], { cwd: root, env })).stderr;
    };
    assert.match(await onCluster(), /^engine: wasm, because other machines may have another BLAS; /);
    assert.match(await onCluster("--engine", "blas"), /^engine: blas \(OpenBLAS 9\.1\.0 Generic, /);
  },
);

test("Ctrl-C stops a sweep after the current steps, ends all processes, and prints how to resume", async () => {
  let sent = false;
  const store = join(root, "stopped");
  const stopped = await pnr(
    ["sweep", "table6", ...smoke, "--seeds", "1", "--set", "training.epochs=400", "--store", store],
    {
      cwd: root,
      onError: (text, pid) => {
        if (sent || !text.includes("7 runs of 7 cells")) return;
        sent = true;
        setTimeout(() => process.kill(pid, "SIGINT"), 3000);
      },
    },
  );
  assert.equal(stopped.code, 130, stopped.stderr);
  assert.match(stopped.stderr, /stopping after this step; Ctrl-C again exits at once/);
  assert.match(stopped.stderr, /pnr: stopped: 0 of 7 runs done; the same command computes the rest\n$/);
});

test("the message on a wrong sweep names what is valid", async () => {
  const message = async (...args: string[]) => (await failure("sweep", ...args)).message;
  assert.equal(await message("tabel6"), 'There is no plan "tabel6"; did you mean "table6"?');
  assert.match(
    String(await message("table6", "--scale", "samlpe")),
    /did you mean "sample"\?; see pnr sweep --help/,
  );
  assert.match(String(await message("table6", "--set", "model.heds=2")), /unknown key "model\.heds"/);
});

test("a missing cluster, and options that need one, give one line each", async () => {
  const { code, stderr } = await pnr(["sweep", "table2", ...smoke, "--executor", "slurm"], {
    cwd: root,
    env: { PATH: join(root, "nothing") },
  });
  assert.equal(code, 2);
  assert.match(stderr, /^pnr: sbatch is not installed here; run this on a machine of the cluster/m);
  const message = async (...args: string[]) =>
    (await failure("sweep", "table2", "--store", join(root, "none"), ...args)).message;
  assert.equal(await message("--detach"), "--detach needs a cluster: add --executor slurm");
  assert.equal(await message("--sbatch=--time=5"), "--sbatch needs a cluster: add --executor slurm");
  assert.match(String(await message("--executor", "slrum")), /did you mean "slurm"\?; see pnr sweep --help/);
});

test("the display has a line for each run that ends, counts complete and failed runs, and estimates the time left", () => {
  let text = "";
  let now = 0;
  const write = (part: string): boolean => {
    text += part;
    return true;
  };
  const stream = { write } as unknown as NodeJS.WriteStream;
  const runs = ["a", "b", "c"].map((id) => ({ id, label: `run ${id}`, work: 10 }));
  const outcome = (id: string) => `F1 of ${id}`;
  const display = new SweepDisplay(runs, { stream, interval: 1000, clock: () => now, outcome });
  const running: RunState = {
    kind: "running",
    attempts: 1,
    progress: { phase: "epoch 1/2", done: 5, total: 10 },
  };
  const states = new Map<string, RunState>([
    ["a", { kind: "done" }],
    ["b", running],
    ["c", { kind: "new", attempts: 0 }],
  ]);
  display.update(states);
  assert.equal(text, "", "runs that were complete before are not printed");
  now = 2000;
  states.set("b", { kind: "done" });
  states.set("c", running);
  display.update(states);
  now = 4000;
  display.update(states);
  const failed = { attempt: 1, message: "broken", expected: true };
  states.set("c", { kind: "failed", attempts: 1, failure: failed });
  display.update(states);
  now = 6000;
  display.update(states);
  assert.deepEqual(text.split("\n"), [
    "run b  F1 of b",
    // 15 of 30 were done before and 25 are done now. The remaining 5 take half as long as the 10 that took 4 seconds.
    "1 running  83%  2/3 runs done, 2.0 s left",
    "run c  failed: broken",
    "0 running  100%  2/3 runs done, 1 failed, 0.0 s left",
    "",
  ]);
});
