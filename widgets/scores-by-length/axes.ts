import { axis, type FigurePart, figureWidth, panelTitle, withLegend } from "../shared/figure";
import { textWidth } from "../shared/text";
import type { Theme } from "../shared/theme";
import { all, type PackedScores } from "./data";
import { defined, measures, titles } from "./measures";
import type { State } from "./state";

const panels = [
  [0, 0.31],
  [0.345, 0.655],
  [0.69, 1],
] as const;
const sides = { left: 50, right: 15 };
const labelSize = 10;
const labelLine = 13;
const labelLetter = 6.3;
/** More runs than these do not get a line each. */
const mostSupports = 4;

/**
 * Everything of the layout that says how to read the bars, and the height of the figure.
 * @param names of the legend's entries
 */
export function axes(
  data: PackedScores,
  state: State,
  names: readonly string[],
  theme: Theme,
): { readonly height: number; readonly parts: FigurePart } {
  const { groups } = data;
  const supports = groups.map((group) => support(data, group));
  const tall = labelLine * (1 + Math.max(...supports.map((lines) => lines.length)));
  const noted = notes(data);
  const below = tall + 20 + 16 * noted.length;
  const { height, parts } = withLegend(names, { plot: 214, above: 36, below }, sides);
  const labelled = withRoom(groups, supports);
  const axisParts = measures.map((_, panel) => {
    const x = axis(theme, {
      domain: panels[panel],
      anchor: axisName("y", panel),
      tickvals: labelled.map((at) => position(groups, groups[at])),
      ticktext: labelled.map((at) => [groups[at], ...supports[at]].join("<br>")),
      tickfont: { size: labelSize },
      tickangle: 0,
      range: [-0.55, position(groups, all) + 0.55],
      showgrid: false,
    });
    const y = axis(theme, {
      anchor: axisName("x", panel),
      range: yRange(data, state),
      ticksuffix: panel ? "" : " %",
      showticklabels: panel === 0,
    });
    const suffix = panel ? String(panel + 1) : "";
    return { [`xaxis${suffix}`]: x, [`yaxis${suffix}`]: y };
  });
  return {
    height,
    parts: {
      ...parts,
      ...Object.assign({}, ...axisParts),
      barmode: "overlay",
      annotations: [
        ...measures.map((measure, panel) => panelTitle(titles[measure], mean(panels[panel]))),
        {
          text: noted.join("<br>"),
          x: 0.5,
          y: 0,
          yshift: -(tall + 16),
          xref: "paper",
          yref: "paper",
          yanchor: "top",
          showarrow: false,
        },
      ],
    },
  };
}

/** Lengths stand one apart, all lengths together a little further. */
export function position(groups: readonly string[], group: string): number {
  return groups.indexOf(group) + (group === all ? 0.35 : 0);
}

export function axisName(letter: "x" | "y", panel: number): string {
  return panel ? `${letter}${panel + 1}` : letter;
}

function notes({ runs, groups, bootstrap }: PackedScores): string[] {
  const most = Math.max(...groups.map((group) => distinct(runs, group).length));
  const whose =
    most > mostSupports ? ", from fewest to most" : most > 1 ? ", a line each where runs differ" : "";
  const lines = `lines: ${100 * (bootstrap?.level ?? 0)} % interval of ${bootstrap?.resamples} bootstrap draws of the sentences`;
  return [
    `entity length in tokens, and under it the number of gold entities${whose}`,
    ...(bootstrap ? [lines] : []),
  ];
}

/** Gold entities of the group, a line each where runs differ; of many runs the fewest and the most. */
function support({ runs }: PackedScores, group: string): string[] {
  const counts = distinct(runs, group);
  if (counts.length <= mostSupports) return counts.map(String);
  return [`${Math.min(...counts)}–`, `${Math.max(...counts)}`];
}

function distinct(runs: PackedScores["runs"], group: string): number[] {
  return [...new Set(runs.map(({ groups }) => groups[group]?.score.gold ?? 0))];
}

/** Places of the groups that get a label: as many as there is room for, and all lengths in any case. */
function withRoom(groups: readonly string[], supports: readonly (readonly string[])[]): number[] {
  const [from, to] = panels[0];
  const apart = ((figureWidth - sides.left - sides.right) * (to - from)) / (groups.length + 0.45);
  const widest = Math.max(...groups.map((group, at) => Math.max(...[group, ...supports[at]].map(textWidth))));
  const every = Math.max(1, Math.ceil((widest * labelLetter) / apart));
  const last = groups.length - 1;
  return groups.flatMap((_, at) => (at === last || (at % every === 0 && at + every <= last) ? [at] : []));
}

/** Bars start at 0; points need no more room than they take. */
function yRange(data: PackedScores, state: State): [number, number] {
  if (state.marks === "bars") return [0, 101];
  const paper = state.paper === "off" ? [] : Object.values(data.paper?.[state.paper] ?? {});
  const values = [
    ...data.runs.flatMap(({ groups }) =>
      Object.values(groups).flatMap(({ score, interval }) =>
        measures.flatMap((measure) => {
          if (!defined(score, measure)) return [];
          const { low, high } = interval?.[measure] ?? { low: score[measure], high: score[measure] };
          return [low, high, score[measure]];
        }),
      ),
    ),
    ...paper.flatMap(({ precision, recall, f1 }) => [precision ?? f1, recall ?? f1, f1]),
  ];
  return [Math.max(0, Math.min(100, ...values) - 4), Math.min(101, Math.max(0, ...values) + 4)];
}

function mean([from, to]: readonly [number, number]): number {
  return (from + to) / 2;
}
