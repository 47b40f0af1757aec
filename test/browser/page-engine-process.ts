// Computes with a page's engine in Node. Arguments: a folder with the model and its sentences, and the build of the kernels.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadPageModel } from "../../src/detector/page-model";
import { type KernelBuild, startPageEngine } from "../../src/engine/page-engine";
import { engineFiles, outputsOf } from "./model-outputs";

async function main([folder, build]: readonly string[]): Promise<void> {
  await startPageEngine(engineFiles(), build as KernelBuild);
  const [description, sentences] = ["model.json", "sentences.json"].map((name) =>
    readFileSync(join(folder, name), "utf8"),
  );
  const model = loadPageModel(description, readFileSync(join(folder, "weights.safetensors")));
  process.stdout.write(await outputsOf(model, JSON.parse(sentences)));
}

void main(process.argv.slice(2));
