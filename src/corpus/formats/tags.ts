import { CorpusError, type CorpusPlace, show } from "../../base/errors";
import type { Entity } from "../types";
import type { Reading } from "./reading";

/** Prefixes of all schemes: IOB, BIOES, BMES (M for I) and BILOU (L for E, U for S). */
const shape = /^([BIMELSU])-(.+)$/su;

/** Whether a text could be a tag. */
export function isTag(text: string): boolean {
  return text === "O" || shape.test(text);
}

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

  /**
   * The entities of one column of a sentence, in order.
   * @param place of the tag at an index
   * @throws CorpusError for what is no tag, or a tag without a type
   */
  decode(tags: readonly string[], place: (at: number) => CorpusPlace): Entity[] {
    const entities: Entity[] = [];
    let open: Open | undefined;
    const close = (end: number): void => {
      if (open) entities.push({ start: open.start, end, type: open.type });
      open = undefined;
    };
    const abandon = (at: number): void => {
      if (open) this.unclosed.add(told(place(Math.max(0, at - 1))));
      close(at);
    };
    for (const [at, tag] of tags.entries()) {
      if (tag === "O") {
        abandon(at);
        continue;
      }
      const [prefix, type] = parsed(tag, place(at));
      this.prefixes.add(prefix);
      const continues = open?.type === type && "IMEL".includes(prefix);
      if (!continues) {
        if (prefix === "B" && open?.type !== type) this.beginsApart++;
        if ("IMEL".includes(prefix)) this.strays.add(told(place(at)));
        abandon(at);
        open = { type, start: at };
      }
      if ("ELSU".includes(prefix)) close(at + 1);
    }
    abandon(tags.length);
    return entities;
  }

  /** Says which scheme the tags were and what in them was mended. */
  report(reading: Reading): void {
    const has = (...prefixes: string[]): boolean => prefixes.some((prefix) => this.prefixes.has(prefix));
    if (this.prefixes.size === 0) {
      reading.states("no entity is tagged");
      return;
    }
    const closed = has("E", "S", "L", "U", "M");
    const alternating = !closed && this.strays.count > 0 && this.beginsApart === 0;
    if (closed) {
      reading.states(`tags are ${has("L", "U") ? "BILOU" : has("M") ? "BMES" : "BIOES"}`);
      reading.repaired(
        "entities that end without the tag for an end",
        this.unclosed.first,
        this.unclosed.count,
      );
    } else reading.states(`tags are ${alternating ? "IOB1" : "IOB2"}`);
    if (alternating) return; // in IOB1 an entity begins so
    reading.repaired(
      "inner tags that nothing of their type precedes, taken as the beginning of an entity",
      this.strays.first,
      this.strays.count,
    );
  }
}

function parsed(tag: string, place: CorpusPlace): [prefix: string, type: string] {
  const match = shape.exec(tag);
  if (match) return [match[1], match[2]];
  if (/^[BIMELSU]-?$/.test(tag)) {
    const prefix = tag[0];
    throw new CorpusError(place, `tag ${show(tag)} has no type; write one behind it, as in "${prefix}-PER"`);
  }
  throw new CorpusError(
    place,
    `${show(tag)} is no tag; a tag is O, or B-, I-, E-, S- (M-, L-, U-) and a type`,
  );
}

function told({ line, sentence }: CorpusPlace): string {
  return line === undefined ? `sentence ${sentence}` : `line ${line}`;
}
