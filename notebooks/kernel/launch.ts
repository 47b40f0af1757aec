// The notebook kernel: tslab's compiler and executor behind our own server of the Jupyter protocol.
// Usage: node launch.js <connection file>
import { readFileSync } from "node:fs";
import type { Converter } from "tslab/dist/converter";
import type { ConsoleInterface, Executor } from "tslab/dist/executor";
import { reason } from "../../src/base/files";
import { type SweepHost, sweepHostKey } from "../../src/experiments/sweep/host";
import { type TrainingHost, trainingHostKey } from "../../src/training/host";
import { liveSweep } from "../../widgets/live-sweep/live-sweep";
import { liveTraining } from "../../widgets/live-training/live-training";
import { CellRunner } from "./cell-runner";
import { CellSources } from "./cell-source";
import { CellStreams, log } from "./cell-streams";
import { CodeAssistant } from "./code-assistant";
import { Comms } from "./comms";
import { CellCompiler } from "./compiler";
import { type Connection, serverKernelId } from "./connection";
import { Declarations, withoutClearing } from "./declarations";
import { EsModules } from "./es-modules";
import { withReadableFrames } from "./frames";
import { Guard } from "./guard";
import { History } from "./history";
import { IdleWork } from "./idle-work";
import { installChecks, withChecks } from "./interrupt-checks";
import { KernelServer } from "./kernel-server";
import { Link } from "./link";
import { exitKernel, overrideProcess } from "./process-overrides";
import { projectFolder } from "./project";
import { createExecutor } from "./tslab";
import { portTaken } from "./wire";

/** Deep enough to reach the cell from a call inside the library. */
const maxFrames = 60;

async function launch(connectionFile: string): Promise<void> {
  const connection: Connection = JSON.parse(readFileSync(connectionFile, "utf8"));
  Error.stackTraceLimit = maxFrames;
  process.chdir(projectFolder()); // relative paths mean the same in every front end
  const sources = new CellSources();
  const guard = new Guard();
  const comms = new Comms();
  const streams = new CellStreams((text) => withReadableFrames(text, sources));
  const history = new History();
  const kernel = serverKernelId(connectionFile);
  const link = new Link(kernel ? { kernel } : undefined, comms, (isListening) =>
    guard.set("patient", isListening),
  );
  const modules = new EsModules();
  const declarations = new Declarations(() => cells.executor.locals);
  const compiler = new CellCompiler(declarations);
  const node = extendedConverter(compiler, sources, () => cells.execution, guard, declarations);
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
    modules,
  );
  installChecks(
    () => guard.stopped,
    () => guard.stops,
  );
  modules.install();
  link.install();
  installHosts(link);
  overrideProcess();
  streams.install();
  process.on("SIGINT", () => cells.interrupt());
  process.on("uncaughtException", (error) => cells.handleUncaught(error));
  process.on("unhandledRejection", (error) => cells.handleUncaught(error));
  const assistant = new CodeAssistant(cells.executor, compiler, history);
  const idleWork = new IdleWork(
    () => compiler.readLibrary(),
    () => compiler.rehearse(),
  );
  await new KernelServer(connection, cells, assistant, comms, guard, idleWork).listen();
}

/** The compiler as tslab's executor calls it, with named cells, interrupt checks and declarations that survive failures. */
function extendedConverter(
  compiler: CellCompiler,
  sources: CellSources,
  execution: () => number,
  guard: Guard,
  declarations: Declarations,
): Converter {
  return {
    complete: (_, source, position) => compiler.complete(source, position),
    inspect: () => {
      throw new Error("the code assistant asks the compiler itself");
    },
    addModule: (...module) => compiler.addModule(...module),
    close: () => compiler.close(),
    convert: (_, source) => {
      const result = compiler.compile(source);
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
