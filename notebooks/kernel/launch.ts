// The notebook kernel: tslab's compiler and executor behind our own server of the Jupyter protocol.
// Usage: node launch.js <connection file>
import { readFileSync } from "node:fs";
import { type Converter, createConverter } from "tslab/dist/converter";
import { type ConsoleInterface, createExecutor, type Executor } from "tslab/dist/executor";
import { packageRoot } from "../../src/base/caches";
import { reason } from "../../src/base/files";
import { type SweepHost, sweepHostKey } from "../../src/experiments/sweep/host";
import { type TrainingHost, trainingHostKey } from "../../src/training/host";
import { liveSweep } from "../../widgets/live-sweep/live-sweep";
import { liveTraining } from "../../widgets/live-training/live-training";
import { isFromFileWatcher } from "./cell-failure";
import { CellRunner } from "./cell-runner";
import { CellSources } from "./cell-source";
import { CellStreams, log } from "./cell-streams";
import { CodeAssistant, withTagNames } from "./code-assistant";
import { Comms } from "./comms";
import { type Connection, serverKernelId } from "./connection";
import { Declarations, withoutClearing } from "./declarations";
import { convertInDialect } from "./dialect";
import { withReadableFrames } from "./frames";
import { Guard } from "./guard";
import { History } from "./history";
import { installChecks, withChecks } from "./interrupt-checks";
import { KernelServer } from "./kernel-server";
import { Link } from "./link";
import { exitKernel, overrideProcess } from "./process-overrides";
import { portTaken } from "./wire";

/** Deep enough to reach the cell from a call inside the library. */
const maxFrames = 60;

async function launch(connectionFile: string): Promise<void> {
  const connection: Connection = JSON.parse(readFileSync(connectionFile, "utf8"));
  Error.stackTraceLimit = maxFrames;
  process.chdir(packageRoot); // relative paths mean the same in every front end
  const sources = new CellSources();
  const guard = new Guard();
  const comms = new Comms();
  const streams = new CellStreams((text) => withReadableFrames(text, sources));
  const history = new History();
  const kernel = serverKernelId(connectionFile);
  const link = new Link(kernel ? { kernel } : undefined, comms, (isListening) =>
    guard.set("patient", isListening),
  );
  const declarations = new Declarations(() => cells.executor.locals);
  const node = extendedConverter(sources, () => cells.execution, guard, declarations);
  const converters = { node, browser: node, close: () => node.close() };
  const createOurExecutor = (console: ConsoleInterface): Executor =>
    createExecutor(process.cwd(), converters, console);
  const cells: CellRunner = new CellRunner(
    createOurExecutor,
    link,
    sources,
    streams,
    history,
    guard,
    declarations,
  );
  installChecks(
    () => guard.stopped,
    () => guard.stops,
  );
  link.install();
  installHosts(link);
  overrideProcess();
  streams.install();
  process.on("SIGINT", () => cells.interrupt());
  process.on("uncaughtException", (error) => {
    if (!isFromFileWatcher(error)) cells.handleUncaught(error);
  });
  process.on("unhandledRejection", (error) => cells.handleUncaught(error));
  const assistant = new CodeAssistant(cells.executor, history);
  await new KernelServer(connection, cells, assistant, comms, guard).listen();
}

/** tslab's converter with named cells, interrupt checks and declarations that survive failures. */
function extendedConverter(
  sources: CellSources,
  execution: () => number,
  guard: Guard,
  declarations: Declarations,
): Converter {
  const converter = createConverter({ isJS: false, isBrowser: false });
  return {
    ...converter,
    inspect: (_, source, position) => {
      const info = converter.inspect(declarations.text, source, position);
      return info && withTagNames(info);
    },
    complete: (_, source, position) => converter.complete(declarations.text, source, position),
    convert: (_, source) => {
      const result = convertInDialect(converter, declarations.text, source);
      if (!result.diagnostics.length) declarations.begin(result.declOutput ?? "");
      guard.set("inScript", true); // tslab runs the script next
      if (!result.output) return result;
      const output = withChecks(withoutClearing(result.output));
      return { ...result, output: sources.add(execution(), source, output) };
    },
  };
}

/** Lets training and sweeps in cells be interrupted, and shows their progress unless the cell does. */
function installHosts(link: Link): void {
  const host: TrainingHost = {
    get signal() {
      return link.signal;
    },
    observe: () => liveTraining(),
  };
  Object.defineProperty(globalThis, trainingHostKey, { value: host });
  const sweepHost: SweepHost = {
    get signal() {
      return link.signal;
    },
    observeSweep: () => liveSweep(),
  };
  Object.defineProperty(globalThis, sweepHostKey, { value: sweepHost });
}

if (process.argv.length === 3) {
  launch(process.argv[2]).catch((error) => {
    log(`The kernel cannot start: ${reason(error)}`);
    exitKernel((error as NodeJS.ErrnoException).code === "EADDRINUSE" ? portTaken : 1);
  });
} else {
  log("Usage: node launch.js <connection file>. Jupyter calls it as its kernel specification says.");
  process.exitCode = 2;
}
