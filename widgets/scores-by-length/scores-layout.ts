import {
  axis,
  axisKey,
  axisName,
  type FigurePart,
  figureWidth,
  noteBelow,
  panelTitle,
  withLegend,
} from "../shared/figure";
import { all, mean, measureNames, measures } from "../shared/scores";
import { textWidth } from "../shared/text";
import type { Theme } from "../shared/theme";
import { isDefined, type PackedScores, type State } from "./scores-data";

const panels = [
  [0, 0.31],
  [0.345, 0.655],
  [0.69, 1],
] as const;
const sides = { left: 50, right: 15 };
const labelSize = 10;
const labelLine = 13;
const labelLetter = 6.3;
/** With more distinct gold counts than this, a label shows only the range. */
const mostCounts = 4;

/**
 * Axes, notes and height of the figure.
 * @param names entries of the legend
 */
export function scoresLayout(
  data: PackedScores,
  state: State,
  names: readonly string[],
  theme: Theme,
): { readonly height: number; readonly parts: FigurePart } {
  const { groups } = data;
  const labels = groups.map((group) => [group, ...goldLabels(data, group)]);
  const labelHeight = labelLine * Math.max(...labels.map(({ length }) => length));
  const notes = notesOf(data);
  const below = labelHeight + 20 + 16 * notes.length;
  const { height, parts } = withLegend(names, { plot: 214, above: 36, below }, sides);
  const ticks = labeledGroups(labels);
  const axes: Record<string, FigurePart> = {};
  for (const [i, domain] of panels.entries()) {
    axes[axisKey("x", i)] = axis(theme, {
      domain,
      anchor: axisName("y", i),
      tickvals: ticks.map((index) => position(groups, groups[index])),
      ticktext: ticks.map((index) => labels[index].join("<br>")),
      tickfont: { size: labelSize },
      tickangle: 0,
      range: [-0.55, position(groups, all) + 0.55],
      showgrid: false,
    });
    axes[axisKey("y", i)] = axis(theme, {
      anchor: axisName("x", i),
      range: yRange(data, state),
      ticksuffix: i ? "" : " %",
      showticklabels: i === 0,
    });
  }
  return {
    height,
    parts: {
      ...parts,
      ...axes,
      barmode: "overlay",
      annotations: [
        ...measures.map((measure, i) => panelTitle(measureNames[measure], mean(panels[i]))),
        noteBelow(notes.join("<br>"), -(labelHeight + 16)),
      ],
    },
  };
}

/** Position of a group on the x axis: lengths are 1 apart, "all" is a little further to the right. */
export function position(groups: readonly string[], group: string): number {
  return groups.indexOf(group) + (group === all ? 0.35 : 0);
}

function notesOf({ runs, groups, bootstrap }: PackedScores): string[] {
  const most = Math.max(...groups.map((group) => goldCounts(runs, group).length));
  const suffix = most > mostCounts ? " (range)" : most > 1 ? " (one line per distinct number)" : "";
  const note = `error bars: ${100 * (bootstrap?.level ?? 0)} % interval of ${bootstrap?.resamples} bootstrap samples of the sentences`;
  return [
    `entity length in tokens; below it, the number of gold entities${suffix}`,
    ...(bootstrap ? [note] : []),
  ];
}

/** The number of gold entities of a group, one line per distinct number; of many, the range. */
function goldLabels({ runs }: PackedScores, group: string): string[] {
  const counts = goldCounts(runs, group);
  if (counts.length <= mostCounts) return counts.map(String);
  return [`${Math.min(...counts)}–`, `${Math.max(...counts)}`];
}

function goldCounts(runs: PackedScores["runs"], group: string): number[] {
  return [...new Set(runs.map(({ groups }) => groups[group]?.score.gold ?? 0))];
}

/** Indices of the groups whose labels fit next to each other; the last group always has one. */
function labeledGroups(labels: readonly (readonly string[])[]): number[] {
  const [from, to] = panels[0];
  const distance = ((figureWidth - sides.left - sides.right) * (to - from)) / (labels.length + 0.45);
  const widest = Math.max(...labels.flat().map(textWidth));
  const every = Math.max(1, Math.ceil((widest * labelLetter) / distance));
  const last = labels.length - 1;
  return labels.flatMap((_, i) => (i === last || (i % every === 0 && i + every <= last) ? [i] : []));
}

/** Bars start at 0; points use the range of the values. */
function yRange(data: PackedScores, state: State): [number, number] {
  if (state.marks === "bars") return [0, 101];
  const paper = state.paper === "off" ? [] : Object.values(data.paper?.[state.paper] ?? {});
  const ours = data.runs.flatMap(({ groups }) =>
    Object.values(groups).flatMap(({ score, interval }) =>
      measures
        .filter((measure) => isDefined(score, measure))
        .flatMap((measure) => {
          const { low, high } = interval?.[measure] ?? { low: score[measure], high: score[measure] };
          return [low, high, score[measure]];
        }),
    ),
  );
  const values = [
    ...ours,
    ...paper.flatMap(({ precision, recall, f1 }) => [precision ?? f1, recall ?? f1, f1]),
  ];
  return [Math.max(0, Math.min(100, ...values) - 4), Math.min(101, Math.max(0, ...values) + 4)];
}
