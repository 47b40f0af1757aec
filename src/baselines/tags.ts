// BIOES tags: an entity of several tokens is B I … I E, one of a single token S, and tokens outside are O. Each type has its own
// B, I, E and S. Type t has the tags 4 t … 4 t + 3; O is the last tag, 4 T.
import type { Target } from "../criterion/loss";

/** The positions of a token in an entity, in the order of a type's tags. */
const [begin, inside, end, single] = [0, 1, 2, 3];

/** The tags of T entity types, and which may follow each other. */
export class TagSet {
  /** 4 T + 1 */
  readonly size: number;
  /** The tags that may follow each tag, and precede it. */
  readonly after: readonly (readonly number[])[];
  readonly before: readonly (readonly number[])[];
  /** The tags of a first and of a last token. */
  readonly first: readonly number[];
  readonly last: readonly number[];

  constructor(readonly types: number) {
    this.size = 4 * types + 1;
    const tags = Array.from({ length: this.size }, (_, tag) => tag);
    // No token of the same entity comes before the tags of `first` or after those of `last`.
    this.first = tags.filter((tag) => tag === this.outside || [begin, single].includes(tag % 4));
    this.last = tags.filter((tag) => tag === this.outside || [end, single].includes(tag % 4));
    this.after = tags.map((tag) => {
      if (this.last.includes(tag)) return this.first;
      const type = Math.floor(tag / 4);
      return [this.tag(type, inside), this.tag(type, end)];
    });
    this.before = tags.map((tag) => tags.filter((other) => this.after[other].includes(tag)));
  }

  get outside(): number {
    return 4 * this.types;
  }

  /** The tags of an entity's tokens. */
  tagsOf({ start, end: last, type }: Target): number[] {
    if (start === last) return [this.tag(type, single)];
    const between = new Array<number>(last - start - 1).fill(this.tag(type, inside));
    return [this.tag(type, begin), ...between, this.tag(type, end)];
  }

  /** The tags of a sentence whose entities do not overlap. */
  encode(entities: readonly Target[], tokens: number): Int32Array {
    const tags = new Int32Array(tokens).fill(this.outside);
    for (const entity of entities) tags.set(this.tagsOf(entity), entity.start);
    return tags;
  }

  /** The entities of a valid sequence of tags: the inverse of {@link encode}. */
  decode(tags: ArrayLike<number>): Target[] {
    const entities: Target[] = [];
    let start = 0;
    for (let token = 0; token < tags.length; token++) {
      const tag = tags[token];
      if (tag === this.outside) continue;
      const type = Math.floor(tag / 4);
      if ([begin, single].includes(tag % 4)) start = token;
      if ([end, single].includes(tag % 4)) entities.push({ start, end: token, type });
    }
    return entities;
  }

  private tag(type: number, part: number): number {
    return 4 * type + part;
  }
}

/**
 * Splits the entities of a sentence into levels without overlaps, one for each sequence of tags. Level 0 has the outermost ones:
 * each entity, the longest first, joins the first level in which it overlaps no other. The number of levels is the depth of the
 * nesting. A flat tagger learns level 0 alone.
 */
export function nestingLevels(entities: readonly Target[]): Target[][] {
  const levels: Target[][] = [];
  const longestFirst = [...entities].sort(
    (x, y) => y.end - y.start - (x.end - x.start) || x.start - y.start || x.type - y.type,
  );
  for (const entity of longestFirst) {
    const level = levels.find((all) => all.every((one) => one.end < entity.start || entity.end < one.start));
    if (level) level.push(entity);
    else levels.push([entity]);
  }
  return levels;
}
