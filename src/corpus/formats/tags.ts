import { CorpusError, type CorpusPlace } from "../../base/errors";
import type { Entity } from "../types";
import type { Reading } from "./reading";
import { dashed, notATag, type Spelling, type Tag } from "./spelling";

/** How often something was met, and where first. */
class Tally {
  count = 0;
  first = "";

  add(place: string): void {
    if (this.count++ === 0) this.first = place;
  }
}

/** Entities under construction in one column. */
interface Open {
  readonly type: string;
  readonly start: number;
}

/**
 * Reads entities off tags of any scheme. All schemes are decoded by one rule, as conlleval does: an entity begins at B or S
 * (U), or where an inner or last tag follows nothing of its type; it ends at E (L) or before whatever does not continue it.
 * Which scheme it was is known at the end, and with it what was a fault.
 */
export class TagDecoder {
  private readonly prefixes = new Set<string>();
  private beginsApart = 0;
  private readonly strays = new Tally();
  private readonly unclosed = new Tally();
  private readonly trimmed = new Tally();

  /** @param type of all entities, for tags without one */
  constructor(
    private readonly spelling: Spelling = dashed,
    private readonly type?: string,
  ) {}

  /**
   * The entities of one column of a sentence, in order.
   * @param place of the tag at an index
   * @throws CorpusError for what is not a tag, or a tag without a type
   */
  decode(tags: readonly string[], place: (at: number) => CorpusPlace): Entity[] {
    const entities: Entity[] = [];
    let open: Open | undefined;
    const close = (end: number): void => {
      if (open) entities.push({ start: open.start, end, type: open.type });
      open = undefined;
    };
    const abandon = (at: number): void => {
      if (open) this.unclosed.add(shortPlace(place(Math.max(0, at - 1))));
      close(at);
    };
    for (const [at, text] of tags.entries()) {
      const tag = this.tagOf(text, () => place(at));
      if (tag === null) {
        abandon(at);
        continue;
      }
      const { prefix, type } = tag;
      this.prefixes.add(prefix);
      const continues = open?.type === type && "IMEL".includes(prefix);
      if (!continues) {
        if (prefix === "B" && open?.type !== type) this.beginsApart++;
        if ("IMEL".includes(prefix)) this.strays.add(shortPlace(place(at)));
        abandon(at);
        open = { type, start: at };
      }
      if ("ELSU".includes(prefix)) close(at + 1);
    }
    abandon(tags.length);
    return entities;
  }

  /** Reports which scheme the tags were and what in them was repaired. */
  report(reading: Reading): void {
    const has = (...prefixes: string[]): boolean => prefixes.some((prefix) => this.prefixes.has(prefix));
    reading.repaired("types with white space at an end, trimmed", this.trimmed.first, this.trimmed.count);
    if (this.prefixes.size === 0) {
      reading.states("no entity is tagged");
      return;
    }
    if (this.spelling.bare) {
      reading.states("tags are types alone, so that neighbors of one type are one entity");
      return;
    }
    const closed = has("E", "S", "L", "U", "M");
    const alternating = !closed && this.strays.count > 0 && this.beginsApart === 0;
    const spelled = this.spelling === dashed ? "" : `, spelled as in ${this.spelling.example}`;
    if (closed) {
      reading.states(`tags are ${has("L", "U") ? "BILOU" : has("M") ? "BMES" : "BIOES"}${spelled}`);
      reading.repaired(
        "entities that end without the tag for an end",
        this.unclosed.first,
        this.unclosed.count,
      );
    } else reading.states(`tags are ${alternating ? "IOB1" : "IOB2"}${spelled}`);
    if (alternating) return; // in IOB1 an entity begins so
    reading.repaired(
      "inner tags that nothing of their type precedes, taken as the beginning of an entity",
      this.strays.first,
      this.strays.count,
    );
  }

  private tagOf(text: string, place: () => CorpusPlace): Tag | null {
    const tag = this.spelling.parse(text);
    if (tag === null) return null;
    if (!tag) throw notATag(text, this.spelling, place());
    if (tag.type === "") {
      if (this.type === undefined) throw notATag(text, this.spelling, place());
      return { prefix: tag.prefix, type: this.type };
    }
    if (this.type !== undefined)
      throw new CorpusError(place(), `the tag has a type, ${tag.type}; leave --type ${this.type} out`);
    const type = tag.type.trim();
    if (type === tag.type) return tag;
    this.trimmed.add(shortPlace(place()));
    if (type === "") throw notATag(text, this.spelling, place());
    return { prefix: tag.prefix, type };
  }
}

function shortPlace({ line, sentence }: CorpusPlace): string {
  return line === undefined ? `sentence ${sentence}` : `line ${line}`;
}
