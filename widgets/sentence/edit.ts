import type { Entity } from "../../src/corpus/types";

/** A column of two aligned sentences: the token of each, or null where a token was inserted or deleted. */
export interface Column {
  readonly before: number | null;
  readonly after: number | null;
}

/** A sentence before it was edited: its tokens and predicted entities. */
export interface OriginalSentence {
  readonly tokens: readonly string[];
  readonly predicted: readonly Entity[];
}

/** Sentences with fewer common tokens, relative to all, are different sentences rather than versions of one. */
const leastCommon = 1 / 3;

/** Whether the second sentence is an edited version of the first. */
export function isEdit(before: readonly string[], after: readonly string[]): boolean {
  const common = alignTokens(before, after).filter((column) => isSame(column, before, after)).length;
  return (2 * common) / (before.length + after.length) >= leastCommon;
}

export function isSame(
  { before, after }: Column,
  tokens: readonly string[],
  edited: readonly string[],
): boolean {
  return before !== null && after !== null && tokens[before] === edited[after];
}

/**
 * Aligns two sentences by their longest common subsequence. Between common tokens, the first deleted token is in the column of the
 * first inserted one, and so on, so that a replaced word stays in its column.
 */
export function alignTokens(before: readonly string[], after: readonly string[]): Column[] {
  const lengths = commonLengths(before, after);
  const columns: Column[] = [];
  let [deleted, inserted]: [number[], number[]] = [[], []];
  const flush = (): void => {
    for (let k = 0; k < Math.max(deleted.length, inserted.length); k++)
      columns.push({ before: deleted[k] ?? null, after: inserted[k] ?? null });
    [deleted, inserted] = [[], []];
  };
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      flush();
      columns.push({ before: i++, after: j++ });
    } else if (j >= after.length || (i < before.length && lengths[i + 1][j] >= lengths[i][j + 1]))
      deleted.push(i++);
    else inserted.push(j++);
  }
  flush();
  return columns;
}

/** [i][j] length of the longest common subsequence of the tokens from i and from j on. */
function commonLengths(before: readonly string[], after: readonly string[]): Uint16Array[] {
  const lengths = Array.from({ length: before.length + 1 }, () => new Uint16Array(after.length + 1));
  for (let i = before.length - 1; i >= 0; i--)
    for (let j = after.length - 1; j >= 0; j--)
      lengths[i][j] =
        before[i] === after[j] ? lengths[i + 1][j + 1] + 1 : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
  return lengths;
}

/** An entity in columns, the end exclusive, and whether the other sentence has it, too. */
export interface ColumnEntity {
  readonly entity: Entity;
  readonly start: number;
  readonly end: number;
  readonly kept: boolean;
}

/** The entities of both sentences. An entity is kept if the other sentence has its type in the same columns. */
export function compareEntities(
  columns: readonly Column[],
  before: readonly Entity[],
  after: readonly Entity[],
): { readonly before: ColumnEntity[]; readonly after: ColumnEntity[] } {
  const place = (entities: readonly Entity[], side: "before" | "after"): Omit<ColumnEntity, "kept">[] => {
    const columnOf = (token: number): number => columns.findIndex((column) => column[side] === token);
    return entities.map((entity) => {
      return { entity, start: columnOf(entity.start), end: columnOf(entity.end - 1) + 1 };
    });
  };
  const [first, second] = [place(before, "before"), place(after, "after")];
  type Placed = Omit<ColumnEntity, "kept">;
  const isIn =
    (others: readonly Placed[]) =>
    (one: Placed): ColumnEntity => {
      const isKept = others.some(
        ({ entity, start, end }) => entity.type === one.entity.type && start === one.start && end === one.end,
      );
      return { ...one, kept: isKept };
    };
  return { before: first.map(isIn(second)), after: second.map(isIn(first)) };
}
