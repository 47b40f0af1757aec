// Runs compiled test files with Node's own test runner. Usage: node test/run.mjs [--slow] [part of a file's path …]
// Without parts it runs all files but the slow ones; with --slow, only those, and the tests of every operation and module on the engine cpu.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Folders and files that repeat, kill or wait, or run whole guides, notebooks, sweeps and reports. They run before a release and in CI. */
const slowParts = [
  ...["fuzz/", "soak/", "slurm/", "docs/blocks", "browser/", "bench/"],
  ...["experiments/run/worker", "experiments/sweep/run-table"],
  ...[
    "cli/answers",
    "cli/baselines",
    "cli/ensemble",
    "cli/plan",
    "cli/report",
    "cli/results-verify",
    "cli/splits",
    "cli/sweep",
  ],
  ...["cell-queue", "cell-sweep", "cell-training", "execute-notebook", "kernel-session"].map(
    (name) => `notebooks/${name}`,
  ),
];

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const slow = process.argv.includes("--slow");
const parts = process.argv.slice(2).filter((argument) => argument !== "--slow");
const isSlow = (file) => slowParts.some((part) => file.startsWith(part));
const all = readdirSync(join(root, "dist/test"), { recursive: true })
  .filter((file) => file.endsWith(".test.js"))
  .sort();
const files = all.filter((file) =>
  parts.length ? parts.some((part) => file.includes(part)) : isSlow(file) === slow,
);
if (!files.length) {
  console.error(`No test file matches ${parts.join(", ")}.`);
  process.exit(2);
}
run(files);
if (slow && !parts.length) {
  const onEngines = all.filter((file) =>
    readFileSync(join(root, "dist/test", file), "utf8").includes("forEachEngine"),
  );
  run(onEngines, { PNR_TEST_ENGINES: "cpu" });
}

/** Exits if a test fails. */
function run(files, more = {}) {
  // One thread each, because the test files already run side by side; what threads compute is the same to the last bit. The cache of
  // an earlier test run would not change results, but could hide wrong computations.
  const env = { PNR_THREADS: "1", PNR_BERT_CACHE_GIB: "0", ...more, ...process.env };
  const options = [
    ...["--test", "--require", join(root, "dist/test/support/preload.js")],
    // Milliseconds that a file may take: a hanging one must not hold up all others. The commands of all guides take 6 minutes alone on
    // two cores, and up to three times that while other files run.
    `--test-timeout=${slow ? 1_800_000 : 900_000}`,
    // One more file than cores, because many tests wait for a while.
    `--test-concurrency=${availableParallelism() + 1}`,
  ];
  const paths = files.map((file) => join("dist/test", file));
  const { status } = spawnSync(process.execPath, [...options, ...paths], {
    cwd: root,
    stdio: "inherit",
    env,
  });
  if (status !== 0) process.exit(status ?? 1);
}
