/** Names of BERT's modules here and in a Hugging Face checkpoint. `#` is a layer's index. `.weight` and `.bias` are the same in both. */
const names: readonly (readonly [ours: string, theirs: string])[] = [
  ["embedding.pieces", "embeddings.word_embeddings"],
  ["embedding.positions", "embeddings.position_embeddings"],
  ["embedding.segments", "embeddings.token_type_embeddings"],
  ["embedding.norm", "embeddings.LayerNorm"],
  ["layers.#.attention.query", "encoder.layer.#.attention.self.query"],
  ["layers.#.attention.key", "encoder.layer.#.attention.self.key"],
  ["layers.#.attention.value", "encoder.layer.#.attention.self.value"],
  ["layers.#.attention.output", "encoder.layer.#.attention.output.dense"],
  ["layers.#.attention.norm", "encoder.layer.#.attention.output.LayerNorm"],
  ["layers.#.inner", "encoder.layer.#.intermediate.dense"],
  ["layers.#.outer", "encoder.layer.#.output.dense"],
  ["layers.#.norm", "encoder.layer.#.output.LayerNorm"],
];

const toTheirs: ReadonlyMap<string, string> = new Map(names);
const toOurs: ReadonlyMap<string, string> = new Map(names.map(([ours, theirs]) => [theirs, ours]));

/** The name of our parameter in a Hugging Face checkpoint; undefined if it has none. */
export function toHuggingFaceName(name: string): string | undefined {
  return translate(name, toTheirs);
}

/** Our name of a parameter in a Hugging Face checkpoint; undefined if we have no such parameter, such as the pooler's. */
export function fromHuggingFaceName(name: string): string | undefined {
  return translate(name, toOurs);
}

function translate(name: string, table: ReadonlyMap<string, string>): string | undefined {
  const [, module, kind] = name.match(/^(.*)\.(weight|bias)$/) ?? [];
  const layer = module?.match(/\.(\d+)\./)?.[1];
  const translation = table.get(module?.replace(/\.\d+\./, ".#."));
  return translation && `${translation.replace("#", layer ?? "#")}.${kind}`;
}
