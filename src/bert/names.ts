/**
 * Our names of a BERT's parameters beside those of a Hugging Face checkpoint, from their beginning up to the last dot, `#` being a
 * layer's number. The last part, `weight` or `bias`, is the same in both.
 */
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

/** What a Hugging Face checkpoint calls one of our BERT's parameters; undefined where it has nothing of the kind. */
export function huggingFaceName(own: string): string | undefined {
  return translated(own, toTheirs);
}

/** What we call a parameter of a Hugging Face checkpoint; undefined where our BERT has nothing of the kind, as its pooler. */
export function ownName(theirs: string): string | undefined {
  return translated(theirs, toOurs);
}

function translated(name: string, table: ReadonlyMap<string, string>): string | undefined {
  const [, module, kind] = name.match(/^(.*)\.(weight|bias)$/) ?? [];
  const layer = module?.match(/\.(\d+)\./)?.[1];
  const found = table.get(module?.replace(/\.\d+\./, ".#."));
  return found && `${found.replace("#", layer ?? "#")}.${kind}`;
}
