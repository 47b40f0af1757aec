import { InputError } from "../base/errors";
import type { ModelConfig } from "../config/model-config";
import type { HeadIndex, RegressorIntervention } from "../model/regressor";
import { requirePaper } from "./architecture";

/** @throws InputError if the model does not have the layers or heads, or a value is unknown */
export function checkIntervention(
  { heads = [], layers, prior = [], locations }: RegressorIntervention,
  model: Pick<ModelConfig, "architecture" | "layers" | "heads">,
): void {
  const isIntervention = heads.length || layers !== undefined || prior.length || locations !== undefined;
  if (isIntervention) requirePaper(model, "an intervention");
  const size = `${model.layers} layers with ${model.heads} heads each`;
  const check = (name: string, indices: readonly HeadIndex[]): void => {
    for (const [layer, head] of indices)
      if (!isFrom(1, layer, model.layers) || !isFrom(1, head, model.heads))
        throw new InputError(
          `${name}: [${layer}, ${head}] does not exist; this model has ${size}, counted from 1`,
        );
  };
  check("heads", heads);
  if (prior !== "off") {
    if (!Array.isArray(prior)) throw new InputError(`prior: must be "off" or a list of [layer, head]`);
    check("prior", prior);
  }
  if (layers !== undefined && !isFrom(0, layers, model.layers))
    throw new InputError(`layers: ${layers} must be a whole number from 0 to ${model.layers}`);
  if (locations !== undefined && locations !== "frozen")
    throw new InputError(`locations: must be "frozen" or absent, not "${String(locations)}"`);
}

function isFrom(least: number, value: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
