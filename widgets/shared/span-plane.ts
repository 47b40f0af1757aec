import type { Entity } from "../../src/corpus/types";
import { type FigurePart, plain } from "./figure";
import { isWide, shorten } from "./text";
import type { Theme } from "./theme";

/** A token as an axis shows it. */
export function tokenLabel(token: string): string {
  return plain(shorten(token, 14));
}

/** The words of a span, `end` exclusive; East Asian ones stand without spaces between them. */
export function words(tokens: readonly string[], { start, end }: Pick<Entity, "start" | "end">): string {
  return tokens
    .slice(start, end)
    .reduce(
      (text, token) =>
        text && !(isWide(text.at(-1) ?? "") && isWide(token)) ? `${text} ${token}` : text + token,
      "",
    );
}

/** The line of one-token spans; no span lies below it. */
export function diagonal(
  theme: Theme,
  length: number,
  names: { readonly x: string; readonly y: string },
): FigurePart {
  return {
    type: "line",
    layer: "below",
    xref: names.x,
    yref: names.y,
    x0: -1,
    y0: -1,
    x1: length,
    y1: length,
    line: { color: theme.faint, width: 1, dash: "dot" },
  };
}
