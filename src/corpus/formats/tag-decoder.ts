import { CorpusError, type CorpusLocation } from "../../base/errors";
import type { Entity } from "../types";
import { type Reading, shortLocation } from "./reading";
import { dashed, invalidTag, type Tag, type TagSpelling } from "./tag-spelling";

class Tally {
  count = 0;
  first = "";

  add(where: string): void {
    if (this.count++ === 0) this.first = where;
  }
}

/**
 * Decodes tags of any scheme by one rule, as conlleval does: an entity begins at B or S (U), or at an inner or last tag after
 * anything but its type; it ends at E (L) or before whatever does not continue it. The scheme, which decides what is a fault, is
 * known at the end.
 */
export class TagDecoder {
  private readonly prefixes = new Set<string>();
  /** B tags that do not follow an entity of their type. IOB1 has none. */
  private isolatedBegins = 0;
  private readonly strays = new Tally();
  private readonly unclosed = new Tally();
  private readonly trimmed = new Tally();

  /** @param type of all entities, for tags without one */
  constructor(
    private readonly spelling: TagSpelling = dashed,
    private readonly type?: string,
  ) {}

  /**
   * The entities of one column of a sentence, in order.
   * @param locate returns the location of the tag at an index
   * @throws CorpusError for an invalid tag or one without a type
   */
  decode(tags: readonly string[], locate: (index: number) => CorpusLocation): Entity[] {
    const entities: Entity[] = [];
    let open: { readonly type: string; readonly start: number } | undefined;
    const close = (end: number): void => {
      if (open) entities.push({ start: open.start, end, type: open.type });
      open = undefined;
    };
    const closeWithoutEnd = (index: number): void => {
      if (open) this.unclosed.add(shortLocation(locate(Math.max(0, index - 1))));
      close(index);
    };
    for (const [index, text] of tags.entries()) {
      const tag = this.parse(text, () => locate(index));
      if (tag === null) {
        closeWithoutEnd(index);
        continue;
      }
      const { prefix, type } = tag;
      this.prefixes.add(prefix);
      const continues = open?.type === type && "IMEL".includes(prefix);
      if (!continues) {
        if (prefix === "B" && open?.type !== type) this.isolatedBegins++;
        if ("IMEL".includes(prefix)) this.strays.add(shortLocation(locate(index)));
        closeWithoutEnd(index);
        open = { type, start: index };
      }
      if ("ELSU".includes(prefix)) close(index + 1);
    }
    closeWithoutEnd(tags.length);
    return entities;
  }

  report(reading: Reading): void {
    const has = (...prefixes: string[]): boolean => prefixes.some((prefix) => this.prefixes.has(prefix));
    const count = (what: string, { first, count }: Tally): void => reading.countRepair(what, first, count);
    count("types with white space at an end, trimmed", this.trimmed);
    if (this.prefixes.size === 0) {
      reading.addFact("no entity is tagged");
      return;
    }
    if (this.spelling.bare) {
      reading.addFact("tags are types alone, so adjacent tokens of one type are one entity");
      return;
    }
    const hasEnds = has("E", "S", "L", "U", "M");
    const isIob1 = !hasEnds && this.strays.count > 0 && this.isolatedBegins === 0;
    const scheme = has("L", "U") ? "BILOU" : has("M") ? "BMES" : hasEnds ? "BIOES" : isIob1 ? "IOB1" : "IOB2";
    const spelled = this.spelling === dashed ? "" : `, spelled as in ${this.spelling.example}`;
    reading.addFact(`tags are ${scheme}${spelled}`);
    if (hasEnds) count("entities without an end tag", this.unclosed);
    if (isIob1) return; // entities begin with inner tags
    count(
      "inner tags without a preceding tag of their type, taken as the beginning of an entity",
      this.strays,
    );
  }

  private parse(text: string, locate: () => CorpusLocation): Tag | null {
    const tag = this.spelling.parse(text);
    if (tag === null) return null;
    if (!tag) throw invalidTag(text, this.spelling, locate());
    if (tag.type === "") {
      if (this.type === undefined) throw invalidTag(text, this.spelling, locate());
      return { prefix: tag.prefix, type: this.type };
    }
    if (this.type !== undefined)
      throw new CorpusError(locate(), `the tag has a type, ${tag.type}; omit --type ${this.type}`);
    const type = tag.type.trim();
    if (type === tag.type) return tag;
    this.trimmed.add(shortLocation(locate()));
    if (type === "") throw invalidTag(text, this.spelling, locate());
    return { prefix: tag.prefix, type };
  }
}
