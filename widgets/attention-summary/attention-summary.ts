import type { AttentionShares, AttentionSummary, HeadMean } from "../../src/evaluation/attention-summary";
import type { Interval } from "../../src/evaluation/score-types";
import { choice } from "../shared/controls";
import { display } from "../shared/display";
import { fittingWidth, isNarrow } from "../shared/figure";
import { type Grid, gridToText } from "../shared/grid";
import type { Mark, Scene } from "../shared/scene";
import { listNames } from "../shared/text";
import { estimateWidth, flow, wrapToWidth } from "../shared/text-flow";
import { seriesColor, type Theme } from "../shared/theme";
import type { DataTable, Widget, WidgetInstance } from "../shared/widget";

/** A summary with a name, such as that of a type. */
export interface NamedSummary {
  readonly name: string;
  readonly summary: AttentionSummary;
}

interface PackedSummaries {
  readonly sets: readonly NamedSummary[];
}

interface State {
  /** Index of the shown set. */
  readonly set: number;
}

type Region = keyof AttentionShares;

const regionTexts: Readonly<Record<Region, string>> = {
  left: "left of the span",
  start: "start",
  inside: "inside",
  end: "end",
  right: "right of the span",
};
const regions = Object.keys(regionTexts) as readonly Region[];
/** Indices of colors: blue sides, orange ends, green inside. */
const colors: Readonly<Record<Region, number>> = { left: 0, start: 1, inside: 2, end: 4, right: 5 };

const barWidth = 120;
const cell = { width: 148, height: 64 };
/** Pixels left of a row of heads, and above one. */
const layerWidth = 62;
const headHeight = 24;

/** A bar per head whose parts are the shares of its attention; a row per layer, or several if there is no room. */
function summaryScene({ sets }: PackedSummaries, { set }: State, theme: Theme, width: number): Scene {
  const { name, summary } = sets[set];
  const { heads } = summary;
  const marks: Mark[] = [];
  const write = (text: string, x: number, y: number, parts: object = {}) =>
    marks.push({ mark: "text", x, y, text, color: theme.ink, size: 12, ...parts });
  const title = wrapToWidth(caption({ name, summary }), width - 8, 13, true);
  for (const [line, text] of title.entries()) write(text, 4, 17 + 18 * line, { size: 13, bold: true });
  const entries = regions.map((region) => ({ width: estimateWidth(regionTexts[region], 11) + 18, gap: 24 }));
  const keys = flow(entries, width - 8);
  for (const [index, region] of regions.entries()) {
    const [x, y] = [4 + keys[index].x, 18 * title.length + 14 + 18 * keys[index].line];
    marks.push({ mark: "rect", x, y, width: 12, height: 12, fill: seriesColor(theme, colors[region]) });
    write(regionTexts[region], x + 18, y + 11, { size: 11 });
  }
  const most = Math.max(1, ...heads.map(({ head }) => head));
  const left = isNarrow(width) ? 4 : 4 + layerWidth;
  const rowsPerLayer = Math.ceil(most / Math.max(1, Math.floor((width - left) / cell.width)));
  const perRow = Math.ceil(most / rowsPerLayer);
  const layerTop = isNarrow(width) ? 20 : 0;
  const rowHeight = headHeight + cell.height;
  const layerHeight = layerTop + rowsPerLayer * rowHeight;
  const top = 18 * title.length + 36 + 18 * Math.max(...keys.map(({ line }) => line));
  for (const { layer, head, shares, distance, movedByPrior, intervals } of heads) {
    const [row, column] = [Math.floor((head - 1) / perRow), (head - 1) % perRow];
    const upper = top + (layer - 1) * layerHeight;
    const [x, y] = [left + column * cell.width, upper + layerTop + row * rowHeight + headHeight];
    if (head === 1) write(`layer ${layer}`, 4, layerTop ? upper + 14 : y + 14);
    write(`head ${head}`, x, y - 6, { size: 11, color: theme.faint });
    let partLeft = x;
    for (const region of regions) {
      const partWidth = barWidth * shares[region];
      const share = percentText(shares[region], intervals[region]);
      const title = `layer ${layer}, head ${head}: ${regionTexts[region]} ${share}`;
      marks.push({
        mark: "rect",
        x: partLeft,
        y,
        width: partWidth,
        height: 18,
        fill: seriesColor(theme, colors[region]),
        title,
      });
      partLeft += partWidth;
    }
    const note = { size: 10, color: theme.faint };
    write(`${distanceText(distance, intervals.distance, 1)} tokens`, x, y + 31, {
      ...note,
      title: "mean distance from the span",
    });
    write(`prior ${percentText(movedByPrior, intervals.movedByPrior)}`, x, y + 44, {
      ...note,
      title: "weight that the prior moves",
    });
  }
  const layers = Math.max(0, ...heads.map(({ layer }) => layer));
  return { width, height: top + layers * layerHeight, marks };
}

function caption({ name, summary }: NamedSummary): string {
  const { entities, bootstrap } = summary;
  const intervals = `${100 * bootstrap.level} % intervals over ${bootstrap.units}`;
  return `${name}: where heads look, mean over ${entities} predicted entities (${intervals})`;
}

/** "12 % (10 to 15)" */
function percentText(share: number, interval: Interval | null): string {
  const [mean, low, high] = [share, interval?.low, interval?.high].map((one) =>
    (100 * (one ?? 0)).toFixed(0),
  );
  return interval ? `${mean} % (${low} to ${high})` : `${mean} %`;
}

/** "2.3 (2.1 to 2.6)" */
function distanceText(distance: number, interval: Interval | null, digits: number): string {
  const range = interval && ` (${interval.low.toFixed(digits)} to ${interval.high.toFixed(digits)})`;
  return `${distance.toFixed(digits)}${range ?? ""}`;
}

function summaryText({ sets }: PackedSummaries, { set }: State): string {
  const { summary } = sets[set];
  const head = ["", ...regions.map((region) => regionTexts[region]), "tokens away", "moved by the prior"];
  const grid: Grid = {
    caption: caption(sets[set]),
    head: [head.map((text) => ({ text }))],
    rows: summary.heads.map(({ layer, head: number, shares, distance, movedByPrior, intervals }) =>
      [
        `layer ${layer}, head ${number}`,
        ...regions.map((region) => percentText(shares[region], intervals[region])),
        distanceText(distance, intervals.distance, 2),
        percentText(movedByPrior, intervals.movedByPrior),
      ].map((text) => ({ text })),
    ),
    align: head.map((_, column) => (column ? "right" : "left")),
  };
  return gridToText(grid);
}

/** One row per set, layer and head. */
function summaryTable({ sets }: PackedSummaries): DataTable {
  const rows = sets.flatMap(({ name, summary }) =>
    summary.heads.map((head) => ({ name, entities: summary.entities, ...head })),
  );
  const means: readonly (readonly [column: string, mean: HeadMean])[] = [
    ...regions.map((region) => [region, region] as const),
    ["distance", "distance"],
    ["moved_by_prior", "movedByPrior"],
  ];
  const values = means.flatMap(([column, mean]) => [
    [column, rows.map((row) => ({ ...row, ...row.shares })[mean])] as const,
    [`${column}_low`, rows.map(({ intervals }) => intervals[mean]?.low ?? null)] as const,
    [`${column}_high`, rows.map(({ intervals }) => intervals[mean]?.high ?? null)] as const,
  ]);
  return {
    name: "attention-summary",
    columns: {
      set: rows.map(({ name }) => name),
      entities: rows.map(({ entities }) => entities),
      layer: rows.map(({ layer }) => layer),
      head: rows.map(({ head }) => head),
      ...Object.fromEntries(values),
    },
    fractions: values.map(([column]) => column),
  };
}

/** Where each head looks, relative to the predicted span. */
export const attentionSummaryWidget: Widget<PackedSummaries, State> = {
  kind: "attention-summary",
  open: (packed) => packed,
  title: ({ sets }) => `Where heads look: ${listNames(sets.map(({ name }) => name))}`,
  build: (data, state, theme, available) => [
    { scene: summaryScene(data, state, theme, fittingWidth(available)) },
  ],
  text: summaryText,
  table: summaryTable,
  view: {
    controls: ({ sets }, { set }) =>
      sets.length > 1
        ? [
            choice(
              "set",
              "entities",
              sets.map(({ name }, index) => [String(index), name] as const),
              String(set),
              "horizontal",
            ),
          ]
        : [],
    change: (_, state, control, value) => (control === "set" ? { set: Number(value) } : state),
  },
};

/**
 * Results of the library's function of the same name, such as one for each type.
 * @throws RangeError without any
 */
export function attentionSummary(sets: readonly NamedSummary[]): WidgetInstance<PackedSummaries, State> {
  if (!sets.length) throw new RangeError("sets: pass at least one summary");
  return { widget: attentionSummaryWidget, packed: { sets }, state: { set: 0 } };
}

/** Shows {@link attentionSummary} in the running cell; outside a notebook, prints its text description. */
export async function showAttentionSummary(sets: readonly NamedSummary[]): Promise<void> {
  await display(attentionSummary(sets));
}
