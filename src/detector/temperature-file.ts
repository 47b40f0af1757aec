import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { readJson, writeAtomic } from "../base/files";
import { parseWith } from "../base/schema";
import { findModel, tensorsFileOf } from "./storage";

/** A temperature that was fitted to a model's predictions. */
export interface FittedTemperature {
  readonly temperature: number;
  /** The sentences and the number of predictions that it was fitted to. */
  readonly corpus: string;
  readonly predictions: number;
}

const schema = z.strictObject({
  temperature: z.number().positive(),
  corpus: z.string(),
  predictions: z.int().min(0),
  /** Name of the tensors' file, which contains their hash: a temperature belongs to one state of the weights. */
  tensors: z.string(),
});

function pathOf(model: string): string {
  return join(dirname(model), "temperature.json");
}

/**
 * Stores a temperature with a run.
 * @param run a run's folder, or the JSON file of a stored model
 * @returns the path of the written file
 */
export function writeTemperature(run: string, fitted: FittedTemperature): string {
  const model = findModel(run);
  const path = pathOf(model);
  writeAtomic(path, `${JSON.stringify({ ...fitted, tensors: tensorsFileOf(model) })}\n`);
  return path;
}

/**
 * Reads the temperature stored with a model. Returns undefined if none was stored, or if the model was trained further afterwards.
 * @throws InputError if the file is damaged
 */
export function readTemperature(model: string): FittedTemperature | undefined {
  const path = pathOf(model);
  if (!existsSync(path)) return undefined;
  const { tensors, ...fitted } = parseWith(schema, readJson(path), path);
  return tensors === tensorsFileOf(model) ? fitted : undefined;
}
