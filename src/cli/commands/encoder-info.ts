import type { Command } from "commander";
import { alignedTable } from "../../base/aligned-table";
import { addExamples, jsonOption } from "../shared/options";
import { printJson, printText } from "../shared/output";

export function addEncoderInfo(encoder: Command): void {
  const command = encoder
    .command("info")
    .summary("describe a pre-trained BERT and check its files")
    .description(
      "Reads a folder in Hugging Face's format, or an encoder in the local cache, and prints its sizes, vocabulary and word rules. " +
        "Reads every tensor, and names missing, damaged and unknown ones.",
    )
    .argument("<folder>", "a folder, or the name of an encoder in the cache")
    .addOption(jsonOption())
    .action(run);
  addExamples(
    command,
    ["an encoder in the cache", "pnr encoder info bert-base-cased"],
    ["a folder, for a script", "pnr encoder info models/my-bert --json"],
  );
}

async function run(from: string, options: { json?: true }): Promise<void> {
  const { families, PretrainedBert } = await import("../../bert/index.js");
  const pretrained = new PretrainedBert(from);
  const { family, layers, hidden, embeddingWidth, heads, intermediate, positions, normEpsilon, dropout } =
    pretrained.config;
  const { pieces, count, rules, path } = pretrained.tokenizer;
  const weights = pretrained.check();
  const sizes = {
    family,
    layers,
    hidden,
    embeddingWidth,
    heads,
    intermediate,
    positions,
    normEpsilon,
    dropout,
  };
  if (options.json) {
    printJson({ folder: pretrained.path, sizes, pieces: count, rules, ...weights, vocabulary: path });
    return;
  }
  const yesOrNo = (value: boolean): string => (value ? "yes" : "no");
  const ofEmbeddings = embeddingWidth === null ? "" : `, ${embeddingWidth} of embeddings`;
  const wordPieceRules = [
    ["lower-cases", yesOrNo(rules.lowercase)],
    ["strips accents", yesOrNo(rules.stripAccents ?? rules.lowercase)],
    ["splits Chinese into characters", yesOrNo(rules.splitChinese)],
  ];
  printText(
    alignedTable(
      [
        ["folder", pretrained.path],
        ["family", families[family].title],
        ["weights", weights.path],
        ["parameters", weights.parameters.toLocaleString("en")],
        ["layers", `${layers}`],
        ["width", `${hidden}, ${intermediate} in inner layers${ofEmbeddings}`],
        ["heads", `${heads}`],
        ["positions", `${positions}`],
        ["pieces", `${count.toLocaleString("en")}, from ${path}`],
        ...(Array.isArray(pieces) ? wordPieceRules : []),
      ],
      2,
    ),
  );
}
