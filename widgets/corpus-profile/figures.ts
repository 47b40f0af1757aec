import type { Frequency, SplitProfile } from "../../src/corpus/profile";
import { axis, type Figure, type FigurePart, layout, panelTitle } from "../shared/figure";
import { seriesColor, type Theme } from "../shared/theme";
import { binned, type PackedProfile, present, type State, upTo } from "./data";

interface Panel {
  readonly title: string;
  /** Bars of a split. */
  readonly of: (split: SplitProfile) => readonly Frequency[];
  /** What the shares are of. */
  readonly whole: (split: SplitProfile) => number;
  readonly label: (value: number) => string;
}

const binWidth = 5;
/** Share of a step that the bars of all splits take; plotly would reckon it from gaps between values. */
const barRoom = 0.8;
/** Steps of an axis that is shown in any case. */
const fewest = 4;
/** Longer entities, deeper nesting and fuller sentences are counted together. */
const last = { length: 8, entities: 12, depth: 5 };
const orMore = (value: number, most: number): string => (value === most ? `≥${value}` : `${value}`);

const panels: readonly Panel[] = [
  {
    title: "tokens a sentence",
    of: ({ sentenceLengths }) => upTo(binned(sentenceLengths, binWidth), 80),
    whole: ({ sentences }) => sentences,
    label: (value) => (value === 80 ? "≥80" : `${value}–${value + binWidth - 1}`),
  },
  {
    title: "entities a sentence",
    of: ({ entitiesPerSentence }) => upTo(entitiesPerSentence, last.entities),
    whole: ({ sentences }) => sentences,
    label: (value) => orMore(value, last.entities),
  },
  {
    title: "tokens an entity",
    of: ({ entityLengths }) => upTo(entityLengths, last.length),
    whole: ({ entities }) => entities,
    label: (value) => orMore(value, last.length),
  },
  {
    title: "depth of an entity: 1 is in no other",
    of: ({ depths }) => upTo(depths, last.depth),
    whole: ({ entities }) => entities,
    label: (value) => orMore(value, last.depth),
  },
];

const domains = [
  { x: [0, 0.47], y: [0.6, 1] },
  { x: [0.55, 1], y: [0.6, 1] },
  { x: [0, 0.47], y: [0, 0.4] },
  { x: [0.55, 1], y: [0, 0.4] },
] as const;

/** How long sentences and entities are, how many entities a sentence has and how deep they nest; splits side by side. */
export function distributionFigure(data: PackedProfile, { heights }: State, theme: Theme): Figure {
  const splits = present(data);
  const traces = panels.flatMap((panel, place) =>
    splits.flatMap(([name, split], at): FigurePart[] => {
      const bars = panel.of(split);
      if (!bars.length) return [];
      const whole = panel.whole(split);
      const width = (barRoom * stepOf(place)) / splits.length;
      const trace = {
        type: "bar",
        width,
        offset: (at - splits.length / 2) * width,
        name,
        legendgroup: name,
        showlegend: place === 0,
        x: bars.map(({ value }) => value),
        y: bars.map(({ count }) => (heights === "shares" ? (100 * count) / whole : count)),
        hovertext: bars.map(
          ({ value, count }) =>
            `${name}, ${panel.title.split(":")[0]}: ${panel.label(value)}<br>${count} of ${whole}, ${((100 * count) / whole).toFixed(1)} %`,
        ),
        hoverinfo: "text",
        marker: { color: seriesColor(theme, at) },
        xaxis: axisName("x", place),
        yaxis: axisName("y", place),
      };
      return [trace];
    }),
  );
  const parts: Record<string, unknown> = {
    barmode: "overlay",
    legend: { orientation: "h", x: 0.5, xanchor: "center", y: -0.09, yanchor: "top" },
    margin: { l: 55, r: 15, t: 36, b: 65 },
  };
  const annotations = panels.map(({ title }, place) => {
    const { x, y } = domains[place];
    return panelTitle(title, (x[0] + x[1]) / 2, y[1]);
  });
  panels.forEach((panel, place) => {
    const suffix = place ? String(place + 1) : "";
    const { x, y } = domains[place];
    const values = [...new Set(splits.flatMap(([, split]) => panel.of(split).map(({ value }) => value)))];
    const none = !values.length;
    if (none) annotations.push(panelTitle("no entities", (x[0] + x[1]) / 2, (y[0] + y[1]) / 2));
    const labelled = place === 0 ? values.filter((value) => value % 10 === 0) : values;
    parts[`xaxis${suffix}`] = axis(theme, {
      domain: x,
      anchor: axisName("y", place),
      tickvals: labelled,
      ticktext: labelled.map(panel.label),
      tickangle: 0,
      range: rangeOf(values, stepOf(place)),
      showgrid: false,
    });
    parts[`yaxis${suffix}`] = axis(theme, {
      domain: y,
      anchor: axisName("x", place),
      ticksuffix: heights === "shares" ? " %" : "",
      ...(none ? { range: [0, 1], showticklabels: false } : { rangemode: "tozero" }),
    });
  });
  return { data: traces, layout: layout(theme, 460, { ...parts, annotations }) };
}

/** Between two values of a panel's axis. */
function stepOf(place: number): number {
  return place === 0 ? binWidth : 1;
}

/** Few bars are no wider for being few. */
function rangeOf(values: readonly number[], step: number): [number, number] {
  const [first, last] = values.length ? [Math.min(...values), Math.max(...values)] : [0, 0];
  return [first - 0.6 * step, Math.max(last, first + fewest * step) + 0.6 * step];
}

function axisName(letter: "x" | "y", place: number): string {
  return place ? `${letter}${place + 1}` : letter;
}
