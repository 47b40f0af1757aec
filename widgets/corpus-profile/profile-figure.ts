import type { Frequency, SplitProfile } from "../../src/corpus/profile";
import {
  axis,
  axisKey,
  axisName,
  type Figure,
  type FigurePart,
  fittingLabels,
  isNarrow,
  layout,
  panelTitle,
} from "../shared/figure";
import { fitPanels } from "../shared/stack";
import { seriesColor, type Theme } from "../shared/theme";
import { type PackedProfile, type State, splitsOf } from "./profile-data";

interface Panel {
  readonly title: string;
  readonly frequencies: (split: SplitProfile) => readonly Frequency[];
  /** The items that the shares are of. */
  readonly total: "sentences" | "entities";
  /** Width of a bin. */
  readonly step: number;
  /** Values from this on are counted together. */
  readonly last: number;
  /** Horizontal and vertical extent, as fractions of the plot area. */
  readonly domain: readonly [x: readonly [number, number], y: readonly [number, number]];
}

const [left, right] = [[0, 0.47] as const, [0.55, 1] as const];
const [upper, lower] = [[0.6, 1] as const, [0, 0.4] as const];

const panels: readonly Panel[] = [
  {
    title: "tokens per sentence",
    frequencies: ({ sentenceLengths }) => sentenceLengths,
    total: "sentences",
    step: 5,
    last: 80,
    domain: [left, upper],
  },
  {
    title: "entities per sentence",
    frequencies: ({ entitiesPerSentence }) => entitiesPerSentence,
    total: "sentences",
    step: 1,
    last: 12,
    domain: [right, upper],
  },
  {
    title: "tokens per entity",
    frequencies: ({ entityLengths }) => entityLengths,
    total: "entities",
    step: 1,
    last: 8,
    domain: [left, lower],
  },
  {
    title: "nesting depth of entities (1: outermost)",
    frequencies: ({ depths }) => depths,
    total: "entities",
    step: 1,
    last: 5,
    domain: [right, lower],
  },
];

/** Share of a step that the bars of all splits take; plotly would derive it from gaps between values. */
const barShare = 0.8;
const fewestSteps = 4;
const margin = { l: 55, r: 15, t: 36, b: 65 };
const labelSize = 11;

/** Counts in bins, each named by its first value. */
function binsOf({ frequencies, step, last }: Panel, split: SplitProfile): Frequency[] {
  const bins = new Map<number, number>();
  for (const { value, count } of frequencies(split)) {
    const first = Math.min(last, Math.floor(value / step) * step);
    bins.set(first, (bins.get(first) ?? 0) + count);
  }
  return [...bins].map(([value, count]) => ({ value, count }));
}

function binLabel({ step, last }: Panel, value: number): string {
  if (value === last) return `≥${value}`;
  return step === 1 ? `${value}` : `${value}–${value + step - 1}`;
}

/** Distributions of sentence lengths, entities per sentence, entity lengths and nesting depths, with splits side by side. */
export function distributionFigure(
  data: PackedProfile,
  { heights }: State,
  theme: Theme,
  width: number,
): Figure {
  const splits = splitsOf(data);
  const parts: Record<string, unknown> = {
    barmode: "overlay",
    legend: { orientation: "h", x: 0.5, xanchor: "center", y: -0.09, yanchor: "top" },
    margin,
  };
  const annotations: FigurePart[] = [];
  for (const [i, panel] of panels.entries()) {
    const { title, step, domain } = panel;
    const [x, y] = domain;
    const bins = splits.flatMap(([, split]) => binsOf(panel, split));
    const values = [...new Set(bins.map(({ value }) => value))];
    const range = rangeOf(values, step);
    const share = isNarrow(width) ? 1 : x[1] - x[0];
    const distance = ((width - margin.l - margin.r) * share * step) / (range[1] - range[0]);
    const labels = values.toSorted((one, other) => one - other);
    const ticks = fittingLabels(
      labels.map((value) => [binLabel(panel, value)]),
      distance,
      labelSize,
    ).map((index) => labels[index]);
    const center = (x[0] + x[1]) / 2;
    annotations.push(panelTitle(title, center, y[1]));
    if (!values.length) annotations.push(panelTitle("no entities", center, (y[0] + y[1]) / 2));
    parts[axisKey("x", i)] = axis(theme, {
      domain: x,
      anchor: axisName("y", i),
      tickvals: ticks,
      ticktext: ticks.map((value) => binLabel(panel, value)),
      tickangle: 0,
      tickfont: { size: labelSize },
      range,
      showgrid: false,
    });
    parts[axisKey("y", i)] = axis(theme, {
      domain: y,
      anchor: axisName("x", i),
      ticksuffix: heights === "shares" ? " %" : "",
      ...(values.length ? { rangemode: "tozero" } : { range: [0, 1], showticklabels: false }),
    });
  }
  const traces = panels.flatMap((panel, i) =>
    splits.flatMap(([name, split], place) => {
      const width = (barShare * panel.step) / splits.length;
      const bars = barTrace(panel, i, name, split, heights);
      const position = { width, offset: (place - splits.length / 2) * width };
      return bars ? [{ ...bars, ...position, marker: { color: seriesColor(theme, place) } }] : [];
    }),
  );
  return fitPanels({ data: traces, layout: layout(theme, [width, 460], { ...parts, annotations }) });
}

function barTrace(
  panel: Panel,
  index: number,
  name: string,
  split: SplitProfile,
  heights: State["heights"],
): FigurePart | undefined {
  const bars = binsOf(panel, split);
  if (!bars.length) return undefined;
  const { title, total } = panel;
  const percent = (count: number): number => (100 * count) / split[total];
  return {
    type: "bar",
    name,
    legendgroup: name,
    showlegend: index === 0,
    x: bars.map(({ value }) => value),
    y: bars.map(({ count }) => (heights === "shares" ? percent(count) : count)),
    hovertext: bars.map(
      ({ value, count }) =>
        `${name}, ${title.split(" (")[0]}: ${binLabel(panel, value)}<br>${count} of ${split[total]}, ${percent(count).toFixed(1)} %`,
    ),
    hoverinfo: "text",
    xaxis: axisName("x", index),
    yaxis: axisName("y", index),
  };
}

/** A range of at least `fewestSteps` steps, so that few bars do not become wide. */
function rangeOf(values: readonly number[], step: number): [number, number] {
  const [first, last] = values.length ? [Math.min(...values), Math.max(...values)] : [0, 0];
  return [first - 0.6 * step, Math.max(last, first + fewestSteps * step) + 0.6 * step];
}
