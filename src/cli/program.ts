import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { addCompare } from "./commands/compare";
import { addCorpusCheck } from "./commands/corpus-check";
import { addCorpusConvert } from "./commands/corpus-convert";
import { addCorpusFetch } from "./commands/corpus-fetch";
import { addCorpusSplit } from "./commands/corpus-split";
import { addCorpusStats } from "./commands/corpus-stats";
import { addDoctor } from "./commands/doctor";
import { addEncoderClear } from "./commands/encoder-clear";
import { addEncoderFetch } from "./commands/encoder-fetch";
import { addEncoderInfo } from "./commands/encoder-info";
import { addEncoderPretrain } from "./commands/encoder-pretrain";
import { addEngine } from "./commands/engine";
import { addEvaluate } from "./commands/evaluate";
import { addExport } from "./commands/export";
import { addImport } from "./commands/import";
import { addKernelInstall } from "./commands/kernel-install";
import { addLab } from "./commands/lab";
import { addPack } from "./commands/pack";
import { addPage } from "./commands/page";
import { addPlan } from "./commands/plan";
import { addPlot } from "./commands/plot";
import { addPredict } from "./commands/predict";
import { addQuickstart } from "./commands/quickstart";
import { addReport } from "./commands/report";
import { addResults } from "./commands/results";
import { addResultsVerify } from "./commands/results-verify";
import { addSweep } from "./commands/sweep";
import { addTrain } from "./commands/train";
import { addVectors } from "./commands/vectors";
import { checkPaths } from "./shared/options";

const root = join(__dirname, "../../..");

type AddCommand = (parent: Command) => void;

/** The command line. Actions import heavy modules when they run, so that help prints at once. */
export function buildProgram(): Command {
  const program = new Command("pnr")
    .description("End-to-end entity detection with proposer and regressor: train, score and apply the model.")
    .version(version(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .addHelpText("after", "\n`pnr <command> --help` shows the options of a command, with examples.")
    .helpCommand(false)
    // An option after `results verify` belongs to `verify`, even if `results` has one of the same name.
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ outputError: () => {} });
  // The package does not contain the notebook that quickstart executes.
  if (existsSync(join(root, "notebooks/00-quickstart.ipynb"))) addQuickstart(program);
  for (const add of [addTrain, addPlan, addSweep]) add(program);
  addResultsVerify(addResults(program));
  for (const add of [addReport, addEvaluate, addCompare, addPredict, addPlot]) add(program);
  addGroup(program, "corpus", "inspect, check, convert, split and download corpora", [
    addCorpusStats,
    addCorpusCheck,
    addCorpusConvert,
    addCorpusSplit,
    addCorpusFetch,
  ]);
  addVectors(program);
  addGroup(program, "encoder", "download, inspect and pre-train BERTs", [
    addEncoderFetch,
    addEncoderInfo,
    addEncoderPretrain,
    addEncoderClear,
  ]);
  addLab(program);
  addGroup(program, "kernel", "register the notebook kernel with other front ends", [addKernelInstall]);
  for (const add of [addPack, addPage, addImport, addExport, addEngine, addDoctor]) add(program);
  checkPathsOf(program);
  return program;
}

function addGroup(
  program: Command,
  name: string,
  description: string,
  commands: readonly AddCommand[],
): void {
  const group = program.command(name).description(description).helpCommand(false);
  for (const add of commands) add(group);
}

function checkPathsOf(command: Command): void {
  checkPaths(command);
  for (const inner of command.commands) checkPathsOf(inner);
}

function version(): string {
  return JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version;
}
