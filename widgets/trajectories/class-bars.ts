import { typeColors } from "../sentence/sentence-scene";
import { type FigurePart, plain } from "../shared/figure";
import type { Theme } from "../shared/theme";
import { lastStage, type Path, type TrajectoriesData } from "./trajectory-data";

/** Types that never reach this probability are combined. */
const leastProbability = 0.02;
/** Width of a letter as a share of the axis. */
const letterWidth = 0.026;

interface Class {
  readonly name: string;
  /** In each state, then in the prediction head. */
  readonly probabilities: readonly number[];
  readonly color: string;
  readonly pattern: string;
}

/** The class probabilities of a proposal, which sum to 1, as one bar per state, from the proposer down to the prediction head. */
export function classTraces(
  data: TrajectoriesData,
  path: Path,
  axes: { readonly xaxis: string; readonly yaxis: string },
  theme: Theme,
): FigurePart[] {
  const stages = [...data.stages, lastStage];
  const classes = classesOf(data, path, theme);
  const bars = classes.map(({ name, probabilities, color, pattern }) => ({
    type: "bar",
    orientation: "h",
    ...axes,
    name: plain(name),
    showlegend: false,
    x: probabilities,
    y: stages.map((_, stage) => stage),
    hovertext: probabilities.map(
      (probability, stage) => `${stages[stage]}: p(${plain(name)}) = ${probability.toFixed(4)}`,
    ),
    hovertemplate: "%{hovertext}<extra></extra>",
    marker: {
      color: `${color}${pattern ? "22" : "88"}`,
      line: { color, width: 1 },
      pattern: { shape: pattern, fgcolor: `${color}77`, size: 6, solidity: 0.2 },
    },
  }));
  return [...bars, { ...segmentLabels(classes), ...axes, textfont: { size: 11, color: theme.ink } }];
}

function segmentLabels(classes: readonly Class[]): FigurePart {
  const labels = classes
    .flatMap(({ name, probabilities }, i) =>
      probabilities.map((probability, stage) => {
        const left = classes.slice(0, i).reduce((sum, one) => sum + one.probabilities[stage], 0);
        return { x: left + probability / 2, y: stage, text: segmentText(name, probability) };
      }),
    )
    .filter(({ text }) => text);
  return {
    type: "scatter",
    mode: "text",
    showlegend: false,
    hoverinfo: "skip",
    x: labels.map(({ x }) => x),
    y: labels.map(({ y }) => y),
    text: labels.map(({ text }) => text),
    textposition: "middle center",
  };
}

function segmentText(name: string, probability: number): string {
  const full = `${name} ${probability.toFixed(2)}`;
  if (full.length * letterWidth < probability) return plain(full);
  return name.length * letterWidth < probability ? plain(name) : "";
}

/** Types in the order of the model, the combined rest, and None. */
function classesOf({ types }: TrajectoriesData, { classes }: Path, theme: Theme): Class[] {
  const color = typeColors(types, theme);
  const probabilitiesOf = (type: number): number[] => classes.map((row) => row[type] ?? 0);
  const isLarge = (type: number): boolean => Math.max(...probabilitiesOf(type)) >= leastProbability;
  const indices = types.map((_, type) => type);
  const small = indices.filter((type) => !isLarge(type));
  const rest = classes.map((row) => small.reduce((sum, type) => sum + row[type], 0));
  return [
    ...indices.filter(isLarge).map((type) => ({
      name: types[type],
      probabilities: probabilitiesOf(type),
      color: color(types[type]),
      pattern: "",
    })),
    ...(small.length ? [{ name: "other types", probabilities: rest, color: theme.faint, pattern: "." }] : []),
    { name: "None", probabilities: probabilitiesOf(types.length), color: theme.faint, pattern: "/" },
  ];
}
