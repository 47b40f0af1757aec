// Families of encoders that differ from BERT only in what this file describes.
export const familyNames = ["bert", "distilbert", "electra", "roberta", "xlm-roberta"] as const;

/** A `model_type` in Hugging Face's format. */
export type FamilyName = (typeof familyNames)[number];

/** Names of modules here and in a Hugging Face checkpoint. `#` is a layer's index. */
type Modules = readonly (readonly [ours: string, theirs: string])[];

/** How the checkpoints of a family differ from BERT's. */
export interface Family {
  readonly title: string;
  /** The class in Hugging Face's transformers that reads it, and that of its tokenizer. */
  readonly model: string;
  readonly tokenizer: string;
  /** Prefix of its tensors' names in models with a head. */
  readonly prefix: string;
  readonly modules: Modules;
  /** Names of settings in `config.json`, where they are not BERT's. */
  readonly settings: Readonly<Record<string, string>>;
  /** Rows of the table of segments; 0: there is no table. */
  readonly segments: number;
  /** Whether embeddings may be of another width than hidden states: `embedding_size`. */
  readonly projects: boolean;
  /**
   * Whether the first rows of the position table, up to that of the padding piece's id, belong to padding. The text's rows follow
   * them.
   */
  readonly paddingFirst: boolean;
}

const modules: Modules = [
  ["embedding.pieces", "embeddings.word_embeddings"],
  ["embedding.positions", "embeddings.position_embeddings"],
  ["embedding.segments", "embeddings.token_type_embeddings"],
  ["embedding.norm", "embeddings.LayerNorm"],
  ["embedding.projection", "embeddings_project"],
  ["layers.#.attention.query", "encoder.layer.#.attention.self.query"],
  ["layers.#.attention.key", "encoder.layer.#.attention.self.key"],
  ["layers.#.attention.value", "encoder.layer.#.attention.self.value"],
  ["layers.#.attention.output", "encoder.layer.#.attention.output.dense"],
  ["layers.#.attention.norm", "encoder.layer.#.attention.output.LayerNorm"],
  ["layers.#.inner", "encoder.layer.#.intermediate.dense"],
  ["layers.#.outer", "encoder.layer.#.output.dense"],
  ["layers.#.norm", "encoder.layer.#.output.LayerNorm"],
];

const bert: Family = {
  title: "BERT",
  model: "BertModel",
  tokenizer: "BertTokenizer",
  prefix: "bert.",
  modules,
  settings: {},
  segments: 2,
  projects: false,
  paddingFirst: false,
};

const roberta: Family = {
  ...bert,
  title: "RoBERTa",
  model: "RobertaModel",
  tokenizer: "RobertaTokenizer",
  prefix: "roberta.",
  segments: 1,
  paddingFirst: true,
};

export const families: Readonly<Record<FamilyName, Family>> = {
  bert,
  distilbert: {
    ...bert,
    title: "DistilBERT",
    model: "DistilBertModel",
    tokenizer: "DistilBertTokenizer",
    prefix: "distilbert.",
    modules: [
      ["embedding.pieces", "embeddings.word_embeddings"],
      ["embedding.positions", "embeddings.position_embeddings"],
      ["embedding.norm", "embeddings.LayerNorm"],
      ["layers.#.attention.query", "transformer.layer.#.attention.q_lin"],
      ["layers.#.attention.key", "transformer.layer.#.attention.k_lin"],
      ["layers.#.attention.value", "transformer.layer.#.attention.v_lin"],
      ["layers.#.attention.output", "transformer.layer.#.attention.out_lin"],
      ["layers.#.attention.norm", "transformer.layer.#.sa_layer_norm"],
      ["layers.#.inner", "transformer.layer.#.ffn.lin1"],
      ["layers.#.outer", "transformer.layer.#.ffn.lin2"],
      ["layers.#.norm", "transformer.layer.#.output_layer_norm"],
    ],
    settings: {
      hidden_size: "dim",
      num_hidden_layers: "n_layers",
      num_attention_heads: "n_heads",
      intermediate_size: "hidden_dim",
      hidden_act: "activation",
      hidden_dropout_prob: "dropout",
      attention_probs_dropout_prob: "attention_dropout",
    },
    segments: 0,
  },
  electra: {
    ...bert,
    title: "ELECTRA",
    model: "ElectraModel",
    tokenizer: "ElectraTokenizer",
    prefix: "electra.",
    projects: true,
  },
  roberta,
  "xlm-roberta": {
    ...roberta,
    title: "XLM-RoBERTa",
    model: "XLMRobertaModel",
    tokenizer: "XLMRobertaTokenizer",
  },
};

interface EncoderSizes {
  readonly family: FamilyName;
  readonly layers: number;
  readonly hidden: number;
  readonly embeddingWidth: number | null;
  readonly intermediate: number;
  readonly positions: number;
}

/** Shapes of all parameters of an encoder, under our names. @param pieces rows of the table of pieces */
export function parameterShapes(
  { family, layers, hidden, embeddingWidth, intermediate, positions }: EncoderSizes,
  pieces: number,
): Map<string, readonly number[]> {
  const { segments } = families[family];
  const width = embeddingWidth ?? hidden;
  const shapes = new Map<string, readonly number[]>();
  const table = (name: string, rows: number): void => {
    if (rows) shapes.set(`embedding.${name}.weight`, [rows, width]);
  };
  const module = (name: string, ...shape: number[]): void => {
    shapes.set(`${name}.weight`, shape).set(`${name}.bias`, shape.slice(0, 1));
  };
  table("pieces", pieces);
  table("positions", positions);
  table("segments", segments);
  module("embedding.norm", width);
  if (embeddingWidth !== null) module("embedding.projection", hidden, width);
  for (let index = 0; index < layers; index++) {
    const layer = `layers.${index}`;
    for (const part of ["query", "key", "value", "output"])
      module(`${layer}.attention.${part}`, hidden, hidden);
    module(`${layer}.attention.norm`, hidden);
    module(`${layer}.inner`, intermediate, hidden);
    module(`${layer}.outer`, hidden, intermediate);
    module(`${layer}.norm`, hidden);
  }
  return shapes;
}

/** The name of our parameter in a checkpoint of Hugging Face; undefined if it has none. */
export function toHuggingFaceName(name: string, family: FamilyName = "bert"): string | undefined {
  return translate(name, families[family].modules);
}

/** Our name of a parameter in a checkpoint of Hugging Face; undefined if we have no such parameter, such as the pooler's. */
export function fromHuggingFaceName(name: string, family: FamilyName = "bert"): string | undefined {
  return translate(
    name,
    families[family].modules.map(([ours, theirs]) => [theirs, ours]),
  );
}

/** `.weight` and `.bias` are the same on both sides. */
function translate(name: string, table: Modules): string | undefined {
  const [, module, kind] = name.match(/^(.*)\.(weight|bias)$/) ?? [];
  const layer = module?.match(/\.(\d+)\./)?.[1];
  const pattern = module?.replace(/\.\d+\./, ".#.");
  const [, translation] = table.find(([from]) => from === pattern) ?? [];
  return translation && `${translation.replace("#", layer ?? "#")}.${kind}`;
}
