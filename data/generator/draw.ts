import type { Random } from "../../src/engine/random";

/** One of the items, all equally likely. */
export function pick<Item>(random: Random, items: readonly Item[]): Item {
  return items[random.below(items.length)];
}

/** Draws an item with a probability proportional to its weight. */
export function pickWeighted<Item>(random: Random, items: readonly (readonly [number, Item])[]): Item {
  let rest = random.uniform() * items.reduce((sum, [weight]) => sum + weight, 0);
  let at = 0;
  while (rest >= items[at][0]) rest -= items[at++][0];
  return items[at][1];
}
