import { InputError } from "../../base/errors";
import type { Reading } from "./reading";
import type { Block } from "./rows";
import { isTag } from "./tags";

/** What a column of a column file holds; "-" is passed over. */
export type Column = "token" | "pos" | "tag" | "-";

/** Rows that are looked at to see what their columns hold. */
const examined = 1000;

/** What the columns of a file with so many usually hold: CoNLL-2003 has four, its German part five. */
const usual: ReadonlyMap<number, readonly Column[]> = new Map<number, readonly Column[]>([
  [2, ["token", "tag"]],
  [3, ["token", "pos", "tag"]],
  [4, ["token", "pos", "-", "tag"]],
  [5, ["token", "-", "pos", "-", "tag"]],
]);

/**
 * What each column holds, judged by the first sentences: in a file of three and more columns in which all after the first are
 * tags, each is a level of nesting.
 * @throws InputError for a number of columns that needs to be explained
 */
export function layoutOf(
  blocks: readonly Block[],
  file: string,
  nested: boolean,
  reading: Reading,
): readonly Column[] {
  const rows = blocks.flatMap((block) => block.rows).slice(0, examined);
  const width = rows[0]?.cells.length ?? 0;
  const areTags = (column: number): boolean =>
    rows.filter(({ cells }) => isTag(cells[column])).length >= 0.9 * rows.length;
  const levels = Array.from({ length: Math.max(0, width - 1) }, (_, at) => at + 1);
  if (width >= 2 && (nested || (width >= 3 && levels.every(areTags)))) {
    reading.states(`${levels.length} columns of tags, one for each level of nesting`);
    return ["token", ...levels.map((): Column => "tag")];
  }
  const layout = usual.get(width);
  if (layout) return layout;
  throw new InputError(
    `${file}: has ${width} columns; say what they hold with --columns, as in --columns token,-,pos,tag`,
  );
}

/** How many sentences must be read ahead to know the layout. */
export async function* headFirst(
  blocks: AsyncGenerator<Block>,
): AsyncGenerator<{ head: readonly Block[] } | Block> {
  const head: Block[] = [];
  let rows = 0;
  for await (const block of blocks) {
    if (rows >= examined) {
      yield block;
      continue;
    }
    head.push(block);
    rows += block.rows.length;
    if (rows >= examined) yield { head };
  }
  if (rows < examined && head.length) yield { head };
}
