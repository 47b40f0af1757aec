import { z } from "zod";
import { type ConfigOf, defaultsOf, key, legacyOf, variantsOf } from "../base/config-key";
import { modelSchema } from "./model-config";
import { lossSchema, trainingSchema } from "./training-config";

const configKeys = z.strictObject({
  /** Whether the keys in which the paper and the released code differ start from the paper or from the code. Each can still be set. */
  variant: key(z.enum(["paper", "released"]), { default: "paper", released: "released" }),
  /** The model. */
  model: modelSchema,
  /** Assignment and loss. */
  loss: lossSchema,
  /** Training. */
  training: trainingSchema,
});

/** Everything that decides what a run computes, except the corpus and the engine. */
export interface Config extends ConfigOf<typeof configKeys> {}

/** Any part of a config. */
export type ConfigChange = PartOf<Config>;

type PartOf<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [Key in keyof T]?: PartOf<T[Key]> }
    : T;

export type Variant = Config["variant"];

export const configSchema: z.ZodType<Config> = configKeys;

/** The reference setting: the paper's model from scratch, without BERT. */
export const paperConfig: Config = defaultsOf(configKeys);

/** The values of each variant, for the keys in which the paper and the released code differ. */
export const variants: Readonly<Record<Variant, object>> = variantsOf(configKeys);

/** The values that runs of both variants used before a key existed. */
export const legacyValues: object = legacyOf(configKeys);
