// The notebook kernel: tslab's own classes with the gaps of its wire protocol filled in.
// Usage: node launch.js <connection file>
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type Converter, createConverter } from "tslab/dist/converter";
import { type ConsoleInterface, createExecutor, type Executor } from "tslab/dist/executor";
import { reason } from "../../src/base/files";
import { Answers } from "./answers";
import { CellSources } from "./cell-source";
import { Cells } from "./cells";
import { installChecks, withChecks } from "./checks";
import { withTagNames } from "./code";
import { Comms } from "./comms";
import { type Connection, serverKernelId } from "./connection";
import { Declarations, withoutEmptying } from "./declarations";
import { convertInDialect } from "./dialect";
import { fromFileWatch } from "./failure";
import { withReadableFrames } from "./frames";
import { Guard } from "./guard";
import { History } from "./history";
import { Link } from "./link";
import { installRefusals, leave } from "./refusals";
import { KernelServer } from "./server";
import { log, Streams } from "./streams";
import { installTrainingHost } from "./training-host";
import { portTaken } from "./wire";

/** tslab's converter, with cells named, made to stop when they are interrupted, and remembered also when they fail. */
function converterOf(
  sources: CellSources,
  execution: () => number,
  guard: Guard,
  declarations: Declarations,
): Converter {
  const converter = createConverter({ isJS: false, isBrowser: false });
  return {
    ...converter,
    inspect: (_, source, position) => {
      const info = converter.inspect(declarations.known, source, position);
      return info && withTagNames(info);
    },
    complete: (_, source, position) => converter.complete(declarations.known, source, position),
    convert: (_, source) => {
      const result = convertInDialect(converter, declarations.known, source);
      if (!result.diagnostics.length) declarations.begin(result.declOutput ?? "");
      guard.inScript(true); // what comes next is the script
      if (!result.output) return result;
      const output = withChecks(withoutEmptying(result.output));
      return { ...result, output: sources.add(execution(), source, output) };
    },
  };
}

/** As deep as a call through the library may be before it comes to a cell. */
const framesToSee = 60;

async function launch(connectionFile: string): Promise<void> {
  const connection: Connection = JSON.parse(readFileSync(connectionFile, "utf8"));
  Error.stackTraceLimit = framesToSee;
  process.chdir(resolve(__dirname, "../../..")); // relative paths mean the same under every front end
  const sources = new CellSources();
  const guard = new Guard();
  const comms = new Comms();
  const streams = new Streams((text) => withReadableFrames(text, sources));
  const history = new History();
  const kernel = serverKernelId(connectionFile);
  const link = new Link(kernel ? { kernel } : undefined, comms, (listens) => guard.patient(listens));
  const declarations = new Declarations(() => cells.executor.locals);
  const node = converterOf(sources, () => cells.execution, guard, declarations);
  const converters = { node, browser: node, close: () => node.close() };
  const executor = (console: ConsoleInterface): Executor =>
    createExecutor(process.cwd(), converters, console);
  const cells: Cells = new Cells(executor, link, sources, streams, history, guard, declarations);
  installChecks(
    () => guard.stopped,
    () => guard.interrupts,
  );
  link.install();
  installTrainingHost(link);
  installRefusals();
  streams.install();
  process.on("SIGINT", () => cells.interrupt());
  process.on("uncaughtException", (error) => {
    if (!fromFileWatch(error)) cells.stray(error);
  });
  process.on("unhandledRejection", (error) => cells.stray(error));
  await new KernelServer(connection, cells, new Answers(cells.executor, history), comms, guard).listen();
}

if (process.argv.length === 3) {
  launch(process.argv[2]).catch((error) => {
    log(`The kernel cannot start: ${reason(error)}`);
    leave((error as NodeJS.ErrnoException).code === "EADDRINUSE" ? portTaken : 1);
  });
} else {
  log(
    "Usage: node launch.js <connection file>. Jupyter starts this program through its kernel specification.",
  );
  process.exitCode = 2;
}
