import { join } from "node:path";
import { shellWord } from "../../base/shell";
import { kernelChoices } from "../../engine/blas/library";

const worker = join(__dirname, "../run/worker.js");

/** Environment variables that jobs inherit from the sweep. No others, because they may contain passwords. */
const inherited = [
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
/** Variables that each run sets itself. Jobs inherit the others of this program. */
const ofRun = ["PNR_ENGINE", "PNR_LEASE", "PNR_REQUEUE"];

function inheritedFrom(environment: NodeJS.ProcessEnv): [name: string, value: string][] {
  return Object.entries(environment)
    .filter(([name]) => inherited.includes(name) || (/^PNR_\w+$/.test(name) && !ofRun.includes(name)))
    .filter((entry): entry is [string, string] => entry[1] !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

export interface JobScript {
  /** Options for sbatch. */
  readonly options: readonly string[];
  /** Has a link to each task's run, named by the task's number. */
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
}

/** The script of a job array. Each task makes one attempt at one run. */
export function jobScript({ options, folder, environment }: JobScript): string {
  const threads = environment.PNR_THREADS ? [] : [`export PNR_THREADS="\${SLURM_CPUS_PER_TASK:-1}"`];
  return [
    "#!/bin/bash",
    ...options.map((option) => `#SBATCH ${quotedForSbatch(option)}`),
    "",
    "# Written by pnr sweep. Each task makes one attempt at one run and resumes it from its folder.",
    ...inheritedFrom(environment).map(([name, value]) => `export ${name}=${shellWord(value)}`),
    ...threads,
    "# run by the process after it has saved, shortly before the end of its time",
    `export PNR_REQUEUE="scontrol requeue \${SLURM_ARRAY_JOB_ID}_\${SLURM_ARRAY_TASK_ID}"`,
    `run=$(readlink -f ${shellWord(folder)}/"$SLURM_ARRAY_TASK_ID") || exit`,
    "# exec, because only this process receives the signal before the end of the time",
    `exec ${shellWord(process.execPath)} ${shellWord(worker)} "$run"`,
    "",
  ].join("\n");
}

/** Quotes a word for an #SBATCH line. */
function quotedForSbatch(text: string): string {
  return /^[\w%+,./:=@-]+$/.test(text) ? text : `"${text.replace(/["\\]/g, "\\$&")}"`;
}
