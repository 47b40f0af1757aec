import type { BertSizes } from "../config";

/** Shapes of all parameters of a BERT, under our names. @param pieces rows of the table of pieces */
export function bertShapes(
  { layers, hidden, intermediate, positions }: BertSizes,
  pieces: number,
): Map<string, readonly number[]> {
  const shapes = new Map<string, readonly number[]>();
  const add = (name: string, ...shape: number[]): void => {
    shapes.set(`${name}.weight`, shape);
    // tables have no bias; a norm's is as long as its weight, a map's as its rows
    if (!name.startsWith("embedding.") || name.endsWith(".norm"))
      shapes.set(`${name}.bias`, shape.slice(0, 1));
  };
  add("embedding.pieces", pieces, hidden);
  add("embedding.positions", positions, hidden);
  add("embedding.segments", 2, hidden);
  add("embedding.norm", hidden);
  for (let layer = 0; layer < layers; layer++) {
    const at = `layers.${layer}`;
    for (const part of ["query", "key", "value", "output"]) add(`${at}.attention.${part}`, hidden, hidden);
    add(`${at}.attention.norm`, hidden);
    add(`${at}.inner`, intermediate, hidden);
    add(`${at}.outer`, hidden, intermediate);
    add(`${at}.norm`, hidden);
  }
  return shapes;
}
