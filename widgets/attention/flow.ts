import { isWide } from "../shared/text";

const narrow = /[iljtfrI.,:;'|!()[\] ·]/;
const broad = /[mwMW@%—…→]/;

/** Room in CSS pixels that a text takes, estimated so that it fits in the usual fonts. */
export function textRoom(text: string, size: number): number {
  let ems = 0;
  for (const character of text) {
    if (isWide(character)) ems += 1;
    else if (narrow.test(character)) ems += 0.4;
    else if (broad.test(character)) ems += 0.98;
    else ems += /[A-Z]/.test(character) ? 0.72 : 0.63;
  }
  return ems * size;
}

/** Where a thing stands in a flow of lines. */
export interface Placed {
  readonly x: number;
  readonly line: number;
}

/**
 * Sets things in lines, as words are set.
 * @param things each with its width and the gap before it, which a line does not begin with
 */
export function flow(
  things: readonly { readonly width: number; readonly gap: number }[],
  width: number,
): Placed[] {
  let [x, line] = [0, 0];
  return things.map((thing, at) => {
    if (at > 0) x += thing.gap;
    if (x + thing.width > width && x > 0) [x, line] = [0, line + 1];
    const placed = { x, line };
    x += thing.width;
    return placed;
  });
}
