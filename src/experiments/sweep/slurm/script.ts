import { join } from "node:path";
import { shellWord } from "../../../base/shell";
import { kernelChoices } from "../../../engine/blas/library";

const worker = join(__dirname, "../../run/worker.js");

/** Variables of the one who starts a sweep that its jobs get; no other one, so that no password is among them. */
const passedOn = [
  "PATH",
  "HOME",
  "USER",
  "LOGNAME",
  "LANG",
  "LC_ALL",
  "TZ",
  "LD_LIBRARY_PATH",
  "CONDA_PREFIX",
  "VIRTUAL_ENV",
  "XDG_CACHE_HOME",
  ...kernelChoices,
  "CUDA_HOME",
  "CUDA_PATH",
  "XLA_FLAGS",
  "TF_CPP_MIN_LOG_LEVEL",
  "TF_ENABLE_ONEDNN_OPTS",
  "TF_FORCE_GPU_ALLOW_GROWTH",
  "NODE_OPTIONS",
  "SLURM_CONF",
];
/** Settings of ours. What an attempt computes on and who holds it is each run's own matter. */
const passedOnToo = /^PNR_\w+$/;
const ownMatter = ["PNR_ENGINE", "PNR_LEASE", "PNR_REQUEUE"];

/** Of an environment, what a job gets. */
function passedOnOf(environment: NodeJS.ProcessEnv): [name: string, value: string][] {
  return Object.entries(environment)
    .filter(([name]) => (passedOn.includes(name) || passedOnToo.test(name)) && !ownMatter.includes(name))
    .filter((entry): entry is [string, string] => entry[1] !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

export interface JobScript {
  /** As on sbatch's command line. */
  readonly options: readonly string[];
  /** Where each task's number leads to its run's folder. */
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
}

/** The script of a job array, whose tasks make one attempt at one run each. */
export function jobScript({ options, folder, environment }: JobScript): string {
  const threads = environment.PNR_THREADS ? [] : [`export PNR_THREADS="\${SLURM_CPUS_PER_TASK:-1}"`];
  return [
    "#!/bin/bash",
    ...options.map((option) => `#SBATCH ${quotedForSbatch(option)}`),
    "",
    "# Written by pnr sweep. Each task makes an attempt at one run; its folder says what of it is left to do.",
    ...passedOnOf(environment).map(([name, value]) => `export ${name}=${shellWord(value)}`),
    ...threads,
    "# what the process does when its time is about to end, after it has saved",
    `export PNR_REQUEUE="scontrol requeue \${SLURM_ARRAY_JOB_ID}_\${SLURM_ARRAY_TASK_ID}"`,
    `run=$(readlink -f ${shellWord(folder)}/"$SLURM_ARRAY_TASK_ID") || exit`,
    "# exec, because the signal before the end of the time goes to this process alone",
    `exec ${shellWord(process.execPath)} ${shellWord(worker)} "$run"`,
    "",
  ].join("\n");
}

/** A word as sbatch takes it from a line of the script. */
function quotedForSbatch(text: string): string {
  return /^[\w%+,./:=@-]+$/.test(text) ? text : `"${text.replace(/["\\]/g, "\\$&")}"`;
}
