import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { addCorpus } from "./corpus";
import { addDoctor } from "./doctor";
import { addEncoder } from "./encoder";
import { addEngine } from "./engine";
import { addEvaluate } from "./evaluate";
import { addExport } from "./export";
import { addImport } from "./import";
import { checkPaths } from "./options";
import { addPlan } from "./plan";
import { addPlot } from "./plot";
import { addPredict } from "./predict";
import { addQuickstart } from "./quickstart";
import { addReport } from "./report";
import { addResults } from "./results";
import { addSweep } from "./sweep";
import { addTrain } from "./train";
import { addVectors } from "./vectors";

const root = join(__dirname, "../../..");

/** The whole command line. Heavy modules are imported by a command's action, so that help comes at once. */
export function buildProgram(): Command {
  const program = new Command("pnr")
    .description("End-to-end entity detection with proposer and regressor: train, score and apply the model.")
    .version(version(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .addHelpText("after", "\n`pnr <command> --help` shows the options of a command, with examples.")
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ outputError: () => {} });
  // it runs a notebook, and these are not part of the package
  if (existsSync(join(root, "notebooks"))) addQuickstart(program);
  for (const add of [
    addTrain,
    addPlan,
    addSweep,
    addResults,
    addReport,
    addEvaluate,
    addPredict,
    addPlot,
    addCorpus,
    addVectors,
    addEncoder,
    addImport,
    addExport,
    addEngine,
    addDoctor,
  ])
    add(program);
  checkPathsOf(program);
  return program;
}

function checkPathsOf(command: Command): void {
  checkPaths(command);
  for (const inner of command.commands) checkPathsOf(inner);
}

function version(): string {
  return JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version;
}
