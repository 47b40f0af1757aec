import { type Command, Option } from "commander";
import { writeAtomic } from "../../base/files";
import { showBytes } from "../../base/progress";
import { type WeightType, weightTypes } from "../../detector/weights";
import { addExamples, collect, oneOf, requireOptions } from "../shared/options";
import { note } from "../shared/output";

interface PageOptions {
  readonly run: string;
  readonly example?: readonly string[];
  readonly title?: string;
  readonly weights: WeightType;
  readonly out: string;
}

export function addPage(program: Command): void {
  const page = program
    .command("page")
    .summary("write a page in which a trained model runs, to send to others")
    .description(
      "Writes a run's best model, the engine and the widgets into one HTML file. It runs in a browser without a server and without a " +
        "network. Type a text to see its entities, trajectories and attention. Edit a word, or switch off the prior, heads or layers, " +
        "to see what changes.",
    )
    .option("--run <folder>", "the run's folder, or the name of a ready model (required)")
    .option("--example <text>", "a text to choose in the page; the first one is shown (repeatable)", collect)
    .option("--title <text>", "title of the page (default: the run's name)")
    .addOption(
      new Option("--weights <type>", `type of the weights: ${weightTypes.join(", ")}`)
        .argParser(oneOf(weightTypes))
        .default("f16"),
    )
    .option("--out <file>", "the page (required)")
    .action(run);
  requireOptions(page, "run", "out");
  addExamples(page, [
    "the quickstart model with a sentence of its corpus",
    'pnr page --run runs/quickstart --example "Human B cells express the IL-2 gene." --out out/model.html',
  ]);
}

async function run({ run, example = [], title = run, weights, out }: PageOptions): Promise<void> {
  const { findModel, readModel } = await import("../../detector/storage.js");
  const { requirePaper } = await import("../../detector/architecture.js");
  const { originOf } = await import("../../detector/origin.js");
  const { textReaderOf } = await import("../../detector/text-entities.js");
  const { originText } = await import("../../detector/show-detector.js");
  const { modelPage } = await import("../shared/model-page.js");
  const file = findModel(run);
  const model = readModel(file);
  requirePaper(model.description.model, "a page");
  const parameters = [...model.tensors.values()].reduce((sum, { values }) => sum + values.length, 0);
  const about = originText(model.description, parameters, originOf(run));
  const reader = textReaderOf(model.description);
  const examples = example.map((text) => ({ text, sentences: reader.read(text) }));
  const page = modelPage(model, { title, about, examples }, weights);
  writeAtomic(out, page);
  note(`wrote ${out} (${showBytes(Buffer.byteLength(page))})`);
}
