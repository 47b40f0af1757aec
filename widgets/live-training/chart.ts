import { escapeHtml } from "../shared/html";

/** A curve; `dots` marks its points, one each, or none at all. */
export interface ChartLine {
  readonly color: string;
  readonly points: readonly (readonly [epoch: number, value: number])[];
  readonly dots: readonly ("filled" | "hollow")[];
}

export interface Chart {
  readonly title: string;
  readonly line: ChartLine;
  /** Epochs of the whole run. */
  readonly epochs: number;
  /** Where in the drawing the chart begins. */
  readonly left: number;
}

/** Of a number beside an axis. */
const mostCharacters = 6;

/** Sides of the plot within its chart of 340 by 180. */
const box = { left: 44, right: 326, top: 26, bottom: 140 } as const;

/** A chart over the epochs of a run from 0 on, as SVG; axes take the color of the text around. */
export function lineChart({ title, line, epochs, left }: Chart): string {
  const ticks = ticksUpTo(Math.max(...line.points.map(([, value]) => value)), 4);
  const top = ticks[ticks.length - 1];
  const x = (epoch: number): number => box.left + (epoch / epochs) * (box.right - box.left);
  const y = (value: number): number => box.bottom - (value / top) * (box.bottom - box.top);
  const at = ([epoch, value]: readonly [number, number]): string =>
    `${x(epoch).toFixed(1)},${y(value).toFixed(1)}`;
  const grid = ticks.map((value) => {
    const opacity = value ? 0.15 : 0.6;
    return `<path d="M${box.left},${y(value).toFixed(1)}H${box.right}" stroke="currentColor" stroke-opacity="${opacity}"/>
<text x="${box.left - 6}" y="${(y(value) + 4).toFixed(1)}" text-anchor="end" fill="currentColor">${tickText(value)}</text>`;
  });
  const below = ticksUpTo(epochs, 6)
    .filter((epoch) => epoch <= epochs && Number.isInteger(epoch))
    .map(
      (epoch) =>
        `<text x="${x(epoch).toFixed(1)}" y="${box.bottom + 15}" text-anchor="middle" fill="currentColor">${epoch}</text>`,
    );
  const dots = line.dots.map((dot, place) => {
    const [cx, cy] = at(line.points[place]).split(",");
    const fill = dot === "filled" ? line.color : "none";
    return `<circle cx="${cx}" cy="${cy}" r="3.5" fill="${fill}" stroke="${line.color}" stroke-width="1.5"/>`;
  });
  return `<g transform="translate(${left},0)">
<text x="${box.left}" y="14" fill="currentColor">${escapeHtml(title)}</text>
${grid.join("\n")}
${below.join("\n")}
<text x="${(box.left + box.right) / 2}" y="${box.bottom + 32}" text-anchor="middle" fill="currentColor">epoch</text>
<polyline points="${line.points.map(at).join(" ")}" fill="none" stroke="${line.color}" stroke-width="2" stroke-linejoin="round"/>
${dots.join("\n")}
</g>`;
}

/** A round number in the room that there is for it. */
function tickText(value: number): string {
  const plain = String(value);
  return plain.length > mostCharacters ? value.toExponential().replace("e+", "e") : plain;
}

/** Round numbers from 0 to the first that is not below the highest value, about as many as wanted. */
export function ticksUpTo(highest: number, wanted: number): number[] {
  if (!(highest > 0 && Number.isFinite(highest))) return [0, 1];
  const rough = highest / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough * 0.999) ?? 10);
  const count = Math.ceil(highest / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, place) => Number((place * step).toPrecision(12)));
}
