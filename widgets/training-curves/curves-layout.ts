import { axis, type FigurePart, panelTitle, plain, wholeStep, withLegend } from "../shared/figure";
import { measureNames } from "../shared/scores";
import type { Theme } from "../shared/theme";
import { type CurveRun, divergedAt, epochsOf, hasDev, type PackedCurves, type State } from "./curves-data";

const mostTicks = 12;
/** More notes would hide the curves. */
const mostNotes = 4;

/**
 * Axes, titles, notes and height of the figure.
 * @param names entries of the legend
 */
export function curvesLayout(
  { runs }: PackedCurves,
  state: State,
  names: readonly string[],
  theme: Theme,
): { readonly height: number; readonly parts: FigurePart } {
  const epochs = axis(theme, epochTicks(runs, state));
  const scored = runs.some(hasDev);
  const left = scored ? [0, 0.46] : [0, 1];
  const center = (left[0] + left[1]) / 2;
  const scores = runs.length > 1 ? measureNames[state.measure] : "scores";
  const sizes = { plot: state.rate ? 314 : 214, above: 36, below: 28 };
  const { height, parts } = withLegend(names, sizes, { left: 60, right: 20 });
  const lossScale = state.log ? { type: "log" } : { rangemode: "tozero" };
  const lossAxis = { domain: [state.rate ? 0.36 : 0, 1], exponentformat: "power", ...lossScale };
  const rateAxis = { domain: [0, 0.24], anchor: "x3", rangemode: "tozero", nticks: 4 };
  const rateParts = {
    xaxis3: { ...epochs, domain: left, anchor: "y3" },
    yaxis3: axis(theme, { ...rateAxis, exponentformat: "power" }),
  };
  const scoreParts = {
    xaxis2: { ...epochs, domain: [0.54, 1], anchor: "y2" },
    yaxis2: axis(theme, { anchor: "x2", rangemode: "tozero", ticksuffix: " %" }),
  };
  return {
    height,
    parts: {
      ...parts,
      xaxis: { ...epochs, domain: left, anchor: "y", showticklabels: !state.rate },
      yaxis: axis(theme, lossAxis),
      ...(state.rate ? rateParts : {}),
      ...(scored ? scoreParts : {}),
      annotations: [
        panelTitle(lossTitle(runs, state), center),
        ...(state.rate ? [panelTitle("learning rate", center, 0.24)] : []),
        ...(scored ? [panelTitle(`${scores} on dev per epoch`, 0.77)] : []),
        ...divergenceNotes(runs, left[1], theme),
      ],
    },
  };
}

function lossTitle(runs: readonly CurveRun[], { loss, log }: State): string {
  const scale = log ? ", logarithmic" : "";
  if (loss === "epochs") return `training loss per epoch${scale}`;
  const block = Math.max(...runs.map(({ steps }) => steps?.block ?? 1));
  return `training loss, ${block === 1 ? "each step" : `mean of ${block} steps`}, by epoch${scale}`;
}

/** Explains why a curve ends or is missing. */
function divergenceNotes(runs: readonly CurveRun[], x: number, theme: Theme): FigurePart[] {
  const notes = runs.flatMap((run) => {
    const epoch = divergedAt(run);
    return epoch === undefined ? [] : [`${plain(run.name)}: the loss is not finite in epoch ${epoch}`];
  });
  if (!notes.length) return [];
  const omitted = notes.length - mostNotes;
  const lines = [...notes.slice(0, mostNotes), ...(omitted > 0 ? [`and in ${omitted} other runs`] : [])];
  const position = { x, y: 1, xref: "paper", yref: "paper", xanchor: "right", yanchor: "top" };
  const font = { size: 11, color: theme.wrong };
  return [{ text: lines.join("<br>"), ...position, align: "right", showarrow: false, font }];
}

/** Ticks at whole epochs. */
function epochTicks(runs: readonly CurveRun[], state: State): FigurePart {
  const steps = runs.flatMap((run) => run.steps?.at ?? []);
  const epochs = [...runs.flatMap(({ points }) => epochsOf(points)), ...steps.map(Math.ceil)];
  const last = Math.max(1, ...epochs);
  const first = state.loss === "steps" || state.rate ? 0.5 : Math.min(...epochs);
  return {
    tick0: 0,
    dtick: wholeStep(last, mostTicks),
    range: [first - 0.5, last + Math.max(0.5, 0.02 * last)],
    showgrid: false,
  };
}
