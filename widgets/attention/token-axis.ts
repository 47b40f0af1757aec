import { type FigurePart, plain } from "../shared/figure";
import { isWide, shorten, textWidth } from "../shared/text";

const fontSize = 10;
/** Width of a wide character, with the gap that plotly keeps between labels. */
const characterWidth = 10.5;

/** Labels of longer sentences are at least `labelDistance` pixels apart, because each takes time to draw. */
const fewTokens = 60;
const labelDistance = 18;

/**
 * An axis of tokens by position. Labels show position and token; if there is no room for all of them, plotly omits some until
 * the reader zooms in.
 * @param pixels length of the axis
 * @param direction "down" for the rows of a map
 */
export function tokenAxis(
  tokens: readonly string[],
  pixels: number,
  direction: "across" | "down" = "across",
): FigurePart {
  const upright = direction === "across" && isMostlyWide(tokens);
  const range = [-0.5, tokens.length - 0.5];
  const labels = tokens.map((token, i) => {
    const label = tokenLabel(token);
    return [i, upright ? `${label}<br><span style="font-size:7px">${i}</span>` : `${i} ${label}`];
  });
  return {
    type: "category",
    categoryorder: "array",
    categoryarray: positionsOf(tokens),
    labelalias: Object.fromEntries(labels),
    range: direction === "down" ? range.reverse() : range,
    showgrid: false,
    tickangle: direction === "down" || upright ? 0 : -60,
    tickfont: { size: fontSize },
    ticks: "outside",
    ticklen: 3,
    ...(upright && tokens.length * characterWidth <= pixels ? { nticks: tokens.length } : {}),
    ...(tokens.length > fewTokens ? { nticks: Math.floor(pixels / labelDistance) } : {}),
  };
}

const positions = new WeakMap<readonly string[], readonly number[]>();

/** 0, 1, …: the same array for the same tokens, so that plotly sees that nothing changed. */
export function positionsOf(tokens: readonly string[]): readonly number[] {
  const result = positions.get(tokens) ?? tokens.map((_, token) => token);
  positions.set(tokens, result);
  return result;
}

/** Whether most tokens are one or two East Asian characters, which are readable upright next to each other. */
function isMostlyWide(tokens: readonly string[]): boolean {
  const wide = tokens.filter((token) => isWide(token) && textWidth(token) <= 2);
  return 2 * wide.length > tokens.length;
}

export function tokenLabel(token: string): string {
  return plain(shorten(token, 14));
}

export function tokenName(tokens: readonly string[], index: number): string {
  return `${index} ${plain(tokens[index])}`;
}
