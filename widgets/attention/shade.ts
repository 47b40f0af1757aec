import type { Theme } from "../shared/theme";

type Color = readonly [red: number, green: number, blue: number];

/** The color that stands for a share of the highest weight, from 0 to 1. */
export function shade(theme: Theme, share: number): string {
  return `rgb(${colorAt(theme, share).map(Math.round).join(",")})`;
}

/** Black or white, whichever contrasts more with the shade. */
export function inkOn(theme: Theme, share: number): string {
  const [red, green, blue] = colorAt(theme, share).map((channel) => (channel / 255) ** 2.2);
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return luminance > 0.18 ? "#1f2328" : "#ffffff";
}

function colorAt({ scale }: Theme, share: number): Color {
  const after = Math.max(
    1,
    scale.findIndex(([stop]) => stop >= share),
  );
  const [[from, first], [to, second]] = [scale[after - 1], scale[after]];
  const part = (share - from) / (to - from);
  const mixed = (channel: number): number => {
    const [low, high] = [first, second].map((color) =>
      Number.parseInt(color.slice(2 * channel + 1, 2 * channel + 3), 16),
    );
    return low + part * (high - low);
  };
  return [mixed(0), mixed(1), mixed(2)];
}
