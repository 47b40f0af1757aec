import { type FigurePart, plain } from "../shared/figure";
import { tokenLabel } from "../shared/span-plane";
import { isWide, textWidth } from "../shared/text";

const fontSize = 10;
/** Width of a wide character, and what plotly keeps free between labels that it leaves out where they get too many. */
const characterWidth = 10.5;

/** Labels of a longer sentence stand apart by so many pixels: each takes its time to draw. */
const few = 60;
const sparse = 18;

/**
 * An axis of tokens by their positions. Labels hold position and token, long tokens cut; where there is no room for
 * all, plotly leaves some out, and brings them back when the reader zooms in.
 * @param pixels length of the axis
 * @param direction rows of a map go down
 */
export function tokenAxis(
  tokens: readonly string[],
  pixels: number,
  direction: "across" | "down" = "across",
): FigurePart {
  const upright = direction === "across" && mostlyWide(tokens);
  const range = [-0.5, tokens.length - 0.5];
  return {
    type: "category",
    categoryorder: "array",
    categoryarray: positionsOf(tokens),
    labelalias: Object.fromEntries(
      tokens.map((token, at) => [at, upright ? below(token, at) : beside(token, at)]),
    ),
    range: direction === "down" ? range.reverse() : range,
    showgrid: false,
    tickangle: direction === "down" ? 0 : upright ? 0 : -60,
    tickfont: { size: fontSize },
    ticks: "outside",
    ticklen: 3,
    ...(upright && tokens.length * characterWidth <= pixels ? { nticks: tokens.length } : {}),
    ...(tokens.length > few ? { nticks: Math.floor(pixels / sparse) } : {}),
  };
}

const positions = new WeakMap<readonly string[], readonly number[]>();

/** 0, 1, …: of the same tokens the same array, by which plotly sees that nothing changed. */
export function positionsOf(tokens: readonly string[]): readonly number[] {
  const known = positions.get(tokens) ?? tokens.map((_, token) => token);
  positions.set(tokens, known);
  return known;
}

/** Are most tokens a character or two of an East Asian script? Such stand upright side by side, as they are read. */
function mostlyWide(tokens: readonly string[]): boolean {
  const wide = tokens.filter((token) => isWide(token) && textWidth(token) <= 2);
  return 2 * wide.length > tokens.length;
}

function beside(token: string, at: number): string {
  return `${at} ${tokenLabel(token)}`;
}

function below(token: string, at: number): string {
  return `${tokenLabel(token)}<br><span style="font-size:7px">${at}</span>`;
}

/** A token with its position, whole. */
export function tokenName(tokens: readonly string[], at: number): string {
  return `${at} ${plain(tokens[at])}`;
}
