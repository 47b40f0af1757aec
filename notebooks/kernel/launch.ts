// The notebook kernel: tslab's own classes with the gaps of its wire protocol filled in.
// Usage: node launch.js <connection file>
import { resolve } from "node:path";
import { type Converter, createConverter } from "tslab/dist/converter";
import { createExecutor } from "tslab/dist/executor";
import { reason } from "../../src/base/files";
import { CellSources } from "./cell-source";
import { Cells } from "./cells";
import { fromFileWatch } from "./failure";
import { Link } from "./link";
import { followParent } from "./parent";
import { KernelServer } from "./server";
import { log } from "./streams";
import { portTaken } from "./wire";

function namedCells(sources: CellSources, execution: () => number): Converter {
  const converter = createConverter({ isJS: false, isBrowser: false });
  return {
    ...converter,
    convert: (before, source) => {
      const result = converter.convert(before, source);
      return result.output ? { ...result, output: sources.add(execution(), source, result.output) } : result;
    },
  };
}

async function launch(connectionFile: string): Promise<void> {
  process.chdir(resolve(__dirname, "../../..")); // relative paths mean the same under every front end
  const sources = new CellSources();
  const link = new Link();
  const node = namedCells(sources, () => cells.execution);
  const converters = { node, browser: node, close: () => node.close() };
  const cells: Cells = new Cells(
    (console) => createExecutor(process.cwd(), converters, console),
    link,
    sources,
  );
  link.install();
  followParent();
  process.on("SIGINT", () => cells.interrupt());
  process.on("uncaughtException", (error) => {
    if (!fromFileWatch(error)) cells.stray(error);
  });
  process.on("unhandledRejection", (error) => cells.stray(error));
  await new KernelServer(cells, connectionFile).init();
}

if (process.argv.length === 3) {
  launch(process.argv[2]).catch((error) => {
    log(`The kernel cannot start: ${reason(error)}`);
    process.exit((error as NodeJS.ErrnoException).code === "EADDRINUSE" ? portTaken : 1);
  });
} else {
  log(
    "Usage: node launch.js <connection file>. Jupyter starts this program through its kernel specification.",
  );
  process.exitCode = 2;
}
