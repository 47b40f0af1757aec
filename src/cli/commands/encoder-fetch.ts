import type { Command } from "commander";
import { Progress, showBytes, showSeconds } from "../../base/progress";
import type { FetchProgress } from "../../bert";
import { Interrupted } from "../shared/failure";
import { interruptible } from "../shared/interrupt";
import { addExamples } from "../shared/options";
import { note, printText } from "../shared/output";

export function addEncoderFetch(encoder: Command): void {
  const command = encoder
    .command("fetch")
    .summary("download a pre-trained BERT from the Hugging Face hub into the local cache")
    .description(
      "Downloads config, vocabulary and weights (safetensors if available, else PyTorch's) into the cache that pnr doctor prints, " +
        "or the folder in PNR_ENCODERS, and checks them. Resumes an interrupted download. Without internet, the error message says " +
        "what to copy where. HF_ENDPOINT sets another server. --set model.bert.from=<name> then makes a run start from the encoder.",
    )
    .argument("<name>", "the model's name on the hub")
    .option("--revision <name>", "a branch, a tag or a commit", "main")
    .action(run);
  addExamples(
    command,
    ["the paper's encoder for GENIA", "pnr encoder fetch dmis-lab/biobert-base-cased-v1.2"],
    [
      "those for CoNLL03 and WeiboNER",
      "pnr encoder fetch bert-base-cased && pnr encoder fetch bert-base-chinese",
    ],
  );
}

async function run(name: string, { revision }: { revision: string }): Promise<void> {
  const { fetchEncoder } = await import("../../bert/index.js");
  const progress = new Progress();
  const start = performance.now();
  let first: number | undefined;
  const onProgress = ({ file, done, total }: FetchProgress): void => {
    first ??= done;
    const seconds = (performance.now() - start) / 1000;
    const rate = (done - first) / Math.max(seconds, 1e-3);
    const left = rate > 0 ? `, ${showSeconds((total - done) / rate)} left` : "";
    progress.update({
      done,
      total,
      place: file,
      figures: `${showBytes(done)} of ${showBytes(total)}${left}`,
    });
  };
  const folder = await interruptible(progress, "piece", async (signal) => {
    try {
      return await fetchEncoder(name, { revision, signal, onProgress });
    } catch (error) {
      if (!signal.aborted) throw error;
      throw new Interrupted("stopped; the same command resumes", { cause: error });
    }
  });
  if (first === undefined) note(`${name} is already in the cache`);
  printText(`${folder}\nNext: pnr train --corpus <folder> --set model.bert.from=${name}`);
}
