import type { Command } from "commander";
import { InputError } from "../../base/errors";
import type { SplitName } from "../../corpus";
import type { ReadOptions } from "../../corpus/formats/registry";
import type { EntityDetector } from "../../detector/entity-detector";
import type { EngineName } from "../../engine";
import type { ComparedRun, SameTypeInner, SpuriousLength } from "../../evaluation";
import { chosenSentences } from "../shared/corpus-input";
import { addReadOptions, readOptions } from "../shared/corpus-options";
import { evaluateDetector } from "../shared/evaluate-detector";
import {
  addExamples,
  corpusOption,
  engineOption,
  jsonOption,
  requireOptions,
  splitOption,
  splitOrders,
} from "../shared/options";
import { printJson } from "../shared/output";
import { sameTypeInnerOption, spuriousLengthOption } from "../shared/results-options";
import { slicesOf, slicesOption } from "../shared/slice-options";
import { startDetector } from "../shared/start-engine";
import { addWidgetOutput, type WidgetOutput, writeWidget } from "../shared/widget-output";

interface CompareOptions extends ReadOptions, WidgetOutput {
  readonly corpus: string;
  readonly split?: SplitName;
  readonly spuriousLength?: SpuriousLength;
  readonly sameTypeInner: SameTypeInner;
  readonly slices?: string;
  readonly engine?: EngineName | "auto";
  readonly json?: true;
}

export function addCompare(program: Command): void {
  const compare = program
    .command("compare")
    .summary("compare trained models, entity by entity, on the same sentences")
    .description(
      "Scores two or more runs on a split and prints the paired differences of F1 with their bootstrap intervals, and how many gold " +
        "entities are fixed, broken, right or wrong in both, and how many false ones appear and disappear: overall, by type, by length, " +
        "and for nested and flat entities. The intervals show how much a difference depends on the sentences, but not on the seeds.",
    )
    .argument("<runs...>", "folders of two or more runs, the one to compare with first")
    .addOption(corpusOption("the corpus: a folder with splits, or one file (required)"))
    .addOption(splitOption(splitOrders.dev))
    .addOption(spuriousLengthOption("own"))
    .addOption(sameTypeInnerOption())
    .addOption(slicesOption())
    .addOption(engineOption())
    .addOption(jsonOption())
    .action(run);
  addWidgetOutput(compare);
  addReadOptions(compare);
  requireOptions(compare, "corpus");
  addExamples(
    compare,
    [
      "which entities change, as a page to click through",
      "pnr compare runs/a runs/b --corpus data/sample --out out/compare.html",
    ],
    [
      "only the difference of F1",
      "pnr compare runs/a runs/b --corpus data/sample --json | jq '.pairs[0].differences.overall.f1'",
    ],
  );
}

async function run(folders: readonly string[], options: CompareOptions): Promise<void> {
  const { corpus, spuriousLength = "own", sameTypeInner, engine, json, out } = options;
  const repeated = folders.find((folder, index) => folders.indexOf(folder) < index);
  if (folders.length < 2 || repeated !== undefined)
    throw new InputError(
      repeated === undefined
        ? "name at least two runs to compare"
        : `${repeated}: occurs twice; name different runs`,
    );
  const selection = await chosenSentences(corpus, options.split, splitOrders.dev, readOptions(options));
  const { sentences, split, file } = selection;
  const { findModel } = await import("../../detector/storage.js");
  for (const folder of folders) findModel(folder);
  const rules = { spuriousLength, sameTypeInner };
  const runs: ComparedRun[] = [];
  const detectors: EntityDetector[] = [];
  for (const folder of folders) {
    const { detector } = await startDetector(folder, engine);
    detectors.push(detector);
    const evaluation = await evaluateDetector(detector, sentences, rules, file);
    runs.push({ name: folder, sentences: evaluation.sentences });
  }
  const { compare, traceChanges } = await import("../../evaluation/index.js");
  const compared = compare(runs);
  const isPage = out?.some((path) => /\.html$/i.test(path)) && options.slices === undefined;
  const isTraced = detectors.every(({ description: { model } }) => model.architecture === "pnr");
  const traces = isPage && isTraced ? await traceChanges(compared, detectors, sentences) : undefined;
  for (const detector of detectors) detector.dispose();
  const sliced =
    options.slices === undefined
      ? undefined
      : await slicesOf(options.slices, runs, corpus, selection, readOptions(options));
  if (json) {
    const pairs = compared.pairs.map(({ changes: _, ...pair }) => pair);
    const report = { corpus, split, ...rules, runs: compared.runs, pairs, bootstrap: compared.bootstrap };
    printJson({ ...report, ...(sliced && { slices: sliced }) });
    if (!out) return;
  }
  const { comparison, slices } = await import("../../../widgets/index.js");
  if (sliced) await writeWidget(slices(sliced), options);
  else await writeWidget(comparison(compared, { traces }), options);
}
