import type { Command } from "commander";
import { addExamples, requireOptions } from "../shared/options";
import { note, printText } from "../shared/output";

interface ExportOptions {
  readonly run: string;
  readonly out: string;
  readonly metadata?: string;
}

export function addExport(program: Command): void {
  const command = program
    .command("export")
    .summary("write a model as a checkpoint of the authors' released code")
    .description(
      "Writes the best checkpoint of a run as a state_dict of the authors' released code, in the safetensors format, with that " +
        "code's names and shapes. The model must have the variant `released`. Sizes, entity types and vocabularies go into the " +
        "file's metadata, so that `pnr import` restores the same model, bit by bit. Names the config keys that make the released " +
        "code read text differently and so predict other entities.",
    )
    .option("--run <folder>", "the run's folder (required)")
    .option("--out <file>", "the safetensors file (required)")
    .option(
      "--metadata <file>",
      "also write metadata.json: {type, char, pos, word}, lists in the order of the tables",
    )
    .action(run);
  requireOptions(command, "run", "out");
  addExamples(command, [
    "a model trained like that of the released code",
    "pnr export --run runs/released --out released.safetensors --metadata metadata.json",
  ]);
}

async function run({ run, out, metadata }: ExportOptions): Promise<void> {
  const { EntityDetector } = await import("../../detector/entity-detector.js");
  const { parameterTensors } = await import("../../detector/storage.js");
  const { checkReleased, differentReading } = await import("../../detector/exchange.js");
  const { writeMetadata, writeState } = await import("../../detector/state-file.js");
  const model = await EntityDetector.load(run);
  checkReleased(model.description.model, run);
  const tensors = parameterTensors(model.architecture.parameters);
  const { size } = model.architecture.parameters;
  model.dispose();
  writeState(out, model.description, tensors);
  if (metadata !== undefined) writeMetadata(metadata, model.description);
  const { model: config } = model.description;
  if (!config.bert)
    note(
      `${run}: the released code has no model without BERT; it accepts all parameters except the encoder's`,
    );
  const differences = differentReading(config);
  if (differences.length) {
    note(
      `${run}: the released code reads text differently and predicts other entities: it has ${differences.join(", ")}`,
    );
  }
  printText(`${size.toLocaleString("en")} parameters of ${run} are in ${out}`);
}
