import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { PnrError } from "../../base/errors";
import { runCommand } from "./command";
import type { Installation, Note } from "./installation";

/** A Python that has pip. */
export interface Python {
  /** Path or name. */
  readonly program: string;
  /** "3.12". */
  readonly version: string;
}

interface PipOptions extends Installation {
  /** The package that pip fetches, such as "tensorflow-cpu==2.21.0". */
  readonly requirement: string;
  /** Seconds without progress after which pip is killed. */
  readonly patience: number;
  readonly note: Note;
}

/**
 * @param program path or name of a Python
 * @throws PnrError if it does not run or has no pip
 */
export function findPython(program: string): Python {
  const answer = (...args: string[]): string | undefined => {
    const { status, stdout } = spawnSync(program, args, { encoding: "utf8", timeout: 60_000 });
    return status === 0 ? stdout.trim() : undefined;
  };
  const version = answer("-c", "import sys; print('%d.%d' % sys.version_info[:2])");
  if (version === undefined) {
    throw new PnrError(
      `Python with pip is needed, and ${program} does not run: install it (Debian: apt install python3-pip), or name ` +
        "another Python with --python",
    );
  }
  if (answer("-m", "pip", "--version") === undefined) {
    throw new PnrError(
      `pip is needed, and ${program} (${version}) lacks it: install it (Debian: apt install python3-pip), or name ` +
        "another Python with --python",
    );
  }
  return { program, version };
}

/**
 * Runs pip on wheels only, without building packages. pip checks each wheel against the hash in its index.
 *
 * @param args the command, such as "download", and its arguments
 * @throws PnrError of one line if pip fails or stalls
 */
export async function runPip(
  python: Python,
  [command, ...args]: readonly string[],
  { requirement, scratch, log, note, patience }: PipOptions,
): Promise<void> {
  // Temporary files go where their growth counts as progress and the disk is large enough.
  const temporary = join(scratch, "tmp");
  mkdirSync(temporary, { recursive: true });
  const fixed = [
    // Without a retry, pip does not print why a connection fails.
    "--retries",
    "1",
    "--timeout",
    "15",
    "--no-input",
    "--progress-bar",
    "off",
    "--only-binary",
    ":all:",
  ];
  const { status, output, stalled } = await runCommand(
    python.program,
    ["-m", "pip", command, ...fixed, ...args, requirement],
    {
      log,
      environment: {
        TMPDIR: temporary,
        PIP_DISABLE_PIP_VERSION_CHECK: "1",
        // Settings of some users that do not work with a target folder.
        PIP_USER: "0",
        PIP_REQUIRE_VIRTUALENV: "0",
      },
      fills: scratch,
      note,
      activity: /^ *(Collecting|Downloading) \S+|^ *Installing [^:]+/, // without the list of all packages
      vain: /Retrying \(Retry/,
      patience,
    },
  );
  if (stalled) throw new PnrError(`pip made no progress in ${patience} s: ${checkIndex(requirement)}`);
  if (status !== 0) throw new PnrError(failure(output, python, requirement, log));
}

const unreachable =
  /NewConnectionError|ConnectTimeout|ReadTimeout|Name or service not known|Temporary failure in name|ProxyError|SSLError|Connection (refused|reset)/i;

/** One line that explains pip's output. */
function failure(output: string, { version }: Python, requirement: string, log: string): string {
  if (/No space left/.test(output)) return "the disk is full: free some space and start again";
  if (/DO NOT MATCH THE HASHES/.test(output)) {
    return `pip fetched a ${requirement} that does not match the hash in its index: clear pip's cache ("pip cache purge") and start again`;
  }
  if (unreachable.test(output)) {
    return `pip cannot reach a package index that has ${requirement}: ${checkIndex(requirement)}`;
  }
  if (/No matching distribution|Could not find a version/.test(output)) {
    return (
      `pip finds no ${requirement} for Python ${version} on ${process.platform} ${process.arch}: its index lacks it ` +
      '("pip config list"), or it does not support this Python: name another with --python'
    );
  }
  const error = output.split("\n").findLast((line) => line.startsWith("ERROR:"));
  return `pip (Python ${version}) failed: ${error?.slice(7) ?? "no reason given"}; see ${log}`;
}

const checkIndex = (requirement: string): string =>
  `check the network and "pip config list", or name a folder that holds the wheel of ${requirement} in the environment's PIP_FIND_LINKS`;
