import { parseJson } from "../base/json";
import { parseWith } from "../base/schema";
import { Predictor } from "./predictor";
import { describe, loadParameters, storedDescription } from "./storage";
import { decodeWeights } from "./weights";

/**
 * The model of a page. Its engine must run (`startPageEngine`).
 *
 * @param description JSON of the model without its weights
 * @param weights a safetensors file
 * @throws InputError if they are damaged or do not fit each other
 */
export function loadPageModel(description: string, weights: Uint8Array): Predictor {
  const source = "the model in this page";
  const fields = parseWith(storedDescription, parseJson(description), source);
  const predictor = new Predictor(describe(fields, source));
  try {
    loadParameters(predictor.architecture.parameters, decodeWeights(weights, source), source);
  } catch (error) {
    predictor.dispose();
    throw error;
  }
  return predictor;
}
