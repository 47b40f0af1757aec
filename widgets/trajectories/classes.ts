import { typeColors } from "../sentence/scene";
import { type FigurePart, plain } from "../shared/figure";
import type { Theme } from "../shared/theme";
import { lastStage, type OpenTrajectories, type Path } from "./paths";

/** Types that never reach this probability are drawn together. */
const least = 0.02;
/** Share of the axis that a letter takes. */
const letter = 0.026;

interface Class {
  readonly name: string;
  /** In each state, then in the head. */
  readonly probabilities: readonly number[];
  readonly color: string;
  readonly pattern: string;
}

/** One bar a state, from the proposer down to the head: the class probabilities of a proposal, which sum to 1. */
export function classTraces(
  data: OpenTrajectories,
  path: Path,
  axes: { readonly xaxis: string; readonly yaxis: string },
  theme: Theme,
): FigurePart[] {
  const names = [...data.stages, lastStage];
  const classes = classesOf(data, path, theme);
  const bars = classes.map(({ name, probabilities, color, pattern }) => ({
    type: "bar",
    orientation: "h",
    ...axes,
    name: plain(name),
    showlegend: false,
    x: probabilities,
    y: names.map((_, place) => place),
    hovertext: probabilities.map(
      (probability, place) => `${names[place]}: p(${plain(name)}) = ${probability.toFixed(4)}`,
    ),
    hovertemplate: "%{hovertext}<extra></extra>",
    marker: {
      color: `${color}${pattern ? "22" : "88"}`,
      line: { color, width: 1 },
      pattern: { shape: pattern, fgcolor: `${color}77`, size: 6, solidity: 0.2 },
    },
  }));
  return [...bars, { ...segmentTexts(classes), ...axes, textfont: { size: 11, color: theme.ink } }];
}

/** What stands within the bars. */
function segmentTexts(classes: readonly Class[]): FigurePart {
  const texts = classes.flatMap(({ name, probabilities }, at) =>
    probabilities.map((probability, stage) => {
      const before = classes.slice(0, at).reduce((sum, one) => sum + one.probabilities[stage], 0);
      return { x: before + probability / 2, y: stage, text: segmentText(name, probability) };
    }),
  );
  const written = texts.filter(({ text }) => text);
  return {
    type: "scatter",
    mode: "text",
    showlegend: false,
    hoverinfo: "skip",
    x: written.map(({ x }) => x),
    y: written.map(({ y }) => y),
    text: written.map(({ text }) => text),
    textposition: "middle center",
  };
}

/** Types in the order of the model, what is left of them, and None. */
function classesOf(data: OpenTrajectories, { classes }: Path, theme: Theme): Class[] {
  const color = typeColors(data.types, theme);
  const of = (type: number): number[] => classes.map((row) => row[type] ?? 0);
  const seen = (type: number): boolean => Math.max(...of(type)) >= least;
  const places = data.types.map((_, type) => type);
  const small = places.filter((type) => !seen(type));
  const rest = classes.map((row) => small.reduce((sum, type) => sum + row[type], 0));
  return [
    ...places.filter(seen).map((type) => ({
      name: data.types[type],
      probabilities: of(type),
      color: color(data.types[type]),
      pattern: "",
    })),
    ...(small.length ? [{ name: "other types", probabilities: rest, color: theme.faint, pattern: "." }] : []),
    { name: "None", probabilities: of(data.types.length), color: theme.faint, pattern: "/" },
  ];
}

/** Name and probability, as far as they fit into the bar. */
function segmentText(name: string, probability: number): string {
  const value = probability.toFixed(2);
  const both = `${name} ${value}`;
  if (both.length * letter < probability) return plain(both);
  return name.length * letter < probability ? plain(name) : "";
}
