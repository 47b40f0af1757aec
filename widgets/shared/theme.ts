/** Colors of all widgets. All hues except `highest` come from the Okabe–Ito palette, which color-blind readers can distinguish. */
export interface Theme {
  readonly paper: string;
  readonly ink: string;
  readonly faint: string;
  readonly grid: string;
  /** For types and runs. */
  readonly series: readonly string[];
  readonly gold: string;
  readonly right: string;
  readonly wrong: string;
  readonly chosen: string;
  /** Red, as in the paper's Figures 5 and 6; such marks are also larger and have an outline. */
  readonly highest: string;
  /** For content score, log prior, their sum and the attention weights. */
  readonly attention: readonly [string, string, string, string];
  /** Ends and middle of the color scale of values around 0. */
  readonly below: string;
  readonly middle: string;
  readonly above: string;
  /** Color scale from 0 to 1. */
  readonly scale: readonly (readonly [number, string])[];
}

export const light: Theme = {
  paper: "#ffffff",
  ink: "#1f2328",
  faint: "#6b7480",
  grid: "#e4e8ec",
  series: ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8f7500", "#5b5b5b"],
  gold: "#1f2328",
  right: "#009e73",
  wrong: "#d55e00",
  chosen: "#d55e00",
  highest: "#d3002d",
  attention: ["#0072b2", "#cc79a7", "#6b7480", "#009e73"],
  below: "#8c3a66",
  middle: "#f4f1f3",
  above: "#00558a",
  scale: [
    [0, "#e3e7eb"],
    [0.15, "#a8d9cb"],
    [0.5, "#2fae8b"],
    [1, "#004d38"],
  ],
};

export const dark: Theme = {
  paper: "#0d1117",
  ink: "#e6edf3",
  faint: "#9198a1",
  grid: "#2a3038",
  series: ["#4ea8de", "#f08a4b", "#2ec4a0", "#e39ac4", "#f0b429", "#8ecdf2", "#d6c64a", "#b0b0b0"],
  gold: "#e6edf3",
  right: "#2ec4a0",
  wrong: "#f08a4b",
  chosen: "#f08a4b",
  highest: "#ff4d5e",
  attention: ["#4ea8de", "#e39ac4", "#9198a1", "#2ec4a0"],
  below: "#f3b3d6",
  middle: "#20252c",
  above: "#8fd0ff",
  scale: [
    [0, "#2a3038"],
    [0.15, "#1d5a4b"],
    [0.5, "#27a486"],
    [1, "#b7f5e3"],
  ],
};

export const font =
  'system-ui, -apple-system, "Segoe UI", "Noto Sans", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif';

/** The color of the item at that index; a long list repeats the colors. */
export function seriesColor(theme: Theme, index: number): string {
  return theme.series[index % theme.series.length];
}

/** The scale's color for a share from 0 to 1. */
export function shade(theme: Theme, share: number): string {
  return `rgb(${colorAt(theme, share).map(Math.round).join(",")})`;
}

/** Black or white, whichever contrasts more with the shade. */
export function inkOn(theme: Theme, share: number): string {
  const [red, green, blue] = colorAt(theme, share).map((channel) => (channel / 255) ** 2.2);
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return luminance > 0.18 ? "#000000" : "#ffffff";
}

/** Red, green and blue, interpolated between the two nearest stops. */
function colorAt({ scale }: Theme, share: number): number[] {
  const next = scale.findIndex(([stop]) => stop >= share);
  const upper = Math.max(1, next);
  const [[from, low], [to, high]] = [scale[upper - 1], scale[upper]];
  const part = (share - from) / (to - from);
  return [1, 3, 5].map((start) => {
    const [first, second] = [low, high].map((color) => Number.parseInt(color.slice(start, start + 2), 16));
    return first + part * (second - first);
  });
}
