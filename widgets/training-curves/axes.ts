import { axis, type FigurePart, panelTitle, plain, wholeStep, withLegend } from "../shared/figure";
import type { Theme } from "../shared/theme";
import { type CurveRun, divergedAt, epochs, type PackedCurves } from "./data";
import { type State, titles } from "./state";

const mostLabels = 12;
/** More notes than these would hide the curves. */
const mostNotes = 4;

/**
 * Everything of the layout that says how to read the curves, and the height of the figure.
 * @param names of the legend's entries
 */
export function axes(
  { runs }: PackedCurves,
  state: State,
  scored: boolean,
  names: readonly string[],
  theme: Theme,
): { readonly height: number; readonly parts: FigurePart } {
  const xs = axis(theme, epochTicks(runs, state));
  const left = scored ? [0, 0.46] : [0, 1];
  const middle = (left[0] + left[1]) / 2;
  const measured = runs.length > 1 ? titles[state.measure] : "scores";
  const bottom = state.rate ? 0.36 : 0;
  const room = { plot: state.rate ? 314 : 214, above: 36, below: 28 };
  const { height, parts } = withLegend(names, room, { left: 60, right: 20 });
  return {
    height,
    parts: {
      ...parts,
      xaxis: { ...xs, domain: left, anchor: "y", showticklabels: !state.rate },
      yaxis: lossAxis(state, bottom, theme),
      ...(state.rate
        ? {
            xaxis3: { ...xs, domain: left, anchor: "y3" },
            yaxis3: axis(theme, {
              domain: [0, 0.24],
              anchor: "x3",
              rangemode: "tozero",
              exponentformat: "power",
              nticks: 4,
            }),
          }
        : {}),
      ...(scored
        ? {
            xaxis2: { ...xs, domain: [0.54, 1], anchor: "y2" },
            yaxis2: axis(theme, { anchor: "x2", rangemode: "tozero", ticksuffix: " %" }),
          }
        : {}),
      annotations: [
        panelTitle(lossTitle(runs, state), middle),
        ...(state.rate ? [panelTitle("learning rate", middle, 0.24)] : []),
        ...(scored ? [panelTitle(`${measured} on dev per epoch`, 0.77)] : []),
        ...divergedNotes(runs, left[1], theme),
      ],
    },
  };
}

function lossAxis({ log }: State, bottom: number, theme: Theme): FigurePart {
  const kind = log ? { type: "log" } : { rangemode: "tozero" };
  return axis(theme, { domain: [bottom, 1], exponentformat: "power", ...kind });
}

function lossTitle(runs: readonly CurveRun[], { loss, log }: State): string {
  const scale = log ? ", logarithmic" : "";
  if (loss === "epochs") return `training loss per epoch${scale}`;
  const block = Math.max(...runs.map(({ steps }) => steps?.block ?? 1));
  return `training loss, ${block === 1 ? "each step" : `mean of ${block} steps`}, by epoch${scale}`;
}

/** Says in the plot why a curve ends, or why there is none. */
function divergedNotes(runs: readonly CurveRun[], right: number, theme: Theme): FigurePart[] {
  const notes = runs.flatMap((run) => {
    const epoch = divergedAt(run);
    return epoch === undefined ? [] : [`${plain(run.name)}: loss is no number in epoch ${epoch}`];
  });
  if (!notes.length) return [];
  const more = notes.length - mostNotes;
  const shown = [...notes.slice(0, mostNotes), ...(more > 0 ? [`and so ${more} more`] : [])];
  return [
    {
      text: shown.join("<br>"),
      x: right,
      y: 1,
      xref: "paper",
      yref: "paper",
      xanchor: "right",
      yanchor: "top",
      align: "right",
      showarrow: false,
      font: { size: 11, color: theme.wrong },
    },
  ];
}

/** Whole epochs only, twelve labels at most. */
function epochTicks(runs: readonly CurveRun[], state: State): FigurePart {
  const all = runs.flatMap(({ points, steps }) => [...epochs(points), ...(steps?.at ?? []).map(Math.ceil)]);
  const last = Math.max(1, ...all);
  const first = state.loss === "steps" || state.rate ? 0.5 : Math.min(...all);
  return {
    tick0: 0,
    dtick: wholeStep(last, mostLabels),
    range: [first - 0.5, last + Math.max(0.5, 0.02 * last)],
    showgrid: false,
  };
}
