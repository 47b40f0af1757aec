import { join } from "node:path";
import { OutputStore, outputsFolder, outputsLimit, outputsName } from "../bert";
import { currentEngine, processor, startEngine } from "../engine";
import { originOf } from "./origin";
import { type EngineParts, engineParts, type ModelParts, modelParts } from "./page-parts";
import { Predictor } from "./predictor";
import { bertTensors } from "./pretrained";
import { findModel, loadParameters, parameterTensors, readModel } from "./storage";
import { readTemperature } from "./temperature-file";
import { type NewWords, withNewWords } from "./word-vectors";

export interface DetectorOptions {
  /** Words to add to a model with word vectors, in addition to those that it was trained with. */
  readonly wordVectors?: NewWords;
}

/** A trained model with its files: loads a run, and caches the outputs of a frozen BERT on disk. */
export class EntityDetector extends Predictor {
  private bertOutputs: OutputStore | undefined;

  /**
   * Loads a run's best model, or its last one if there is no best. Starts the engine if none runs. Caches the outputs of a
   * frozen BERT ({@link cacheBertOutputs}).
   * @param path a run's folder, or the JSON file of a stored model
   * @throws InputError if the model is missing or damaged, or does not fit the given word vectors
   */
  static async load(path: string, { wordVectors }: DetectorOptions = {}): Promise<EntityDetector> {
    const file = findModel(path);
    await startEngine();
    const model = readModel(file);
    const { description, tensors } = wordVectors ? await withNewWords(model, wordVectors, file) : model;
    const detector = new EntityDetector(description);
    try {
      loadParameters(detector.architecture.parameters, tensors, file);
      detector.origin = originOf(path);
      detector.temperature = readTemperature(file)?.temperature;
      detector.cacheBertOutputs();
    } catch (error) {
      detector.dispose();
      throw error;
    }
    return detector;
  }

  /**
   * Caches a frozen BERT's output for each sentence on disk, for this and other processes. The numbers are the same to the last
   * bit. Does nothing if BERT is trained or absent. Call it when the weights are final.
   */
  cacheBertOutputs(): void {
    this.closeBertOutputs();
    const { bert } = this.description.model;
    const limit = bert?.frozen ? outputsLimit() : 0;
    if (!bert || limit === 0) return;
    const { parameters, encoder } = this.architecture;
    const computer = { engine: currentEngine().identity, processor };
    const name = outputsName(computer, bert, bertTensors(parameters));
    this.bertOutputs = new OutputStore(join(outputsFolder(), name), { limit });
    encoder.cacheBertOutputs(this.bertOutputs);
  }

  /**
   * The parts with which a page runs this model, for the option `model` of widgets: the engine, and the model with its weights in 16 bits.
   * @throws InputError naming a weight that 16 bits cannot store
   */
  pageParts(): { readonly engine: EngineParts; readonly model: ModelParts } {
    const { description } = this;
    const tensors = parameterTensors(this.network.parameters);
    return { engine: engineParts(description), model: modelParts(description, tensors, "f16") };
  }

  /** Writes cached outputs that are not yet on disk. */
  flushBertOutputs(): void {
    this.bertOutputs?.flush();
  }

  private closeBertOutputs(): void {
    this.bertOutputs?.close();
    this.bertOutputs = undefined;
    this.architecture.encoder.cacheBertOutputs(undefined);
  }

  override dispose(): void {
    this.closeBertOutputs();
    super.dispose();
  }
}
