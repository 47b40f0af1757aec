import { editScene } from "../sentence/edit-scene";
import { highest } from "../shared/arrays";
import { type Figure, fittingWidth } from "../shared/figure";
import type { Theme } from "../shared/theme";
import type { Part } from "../shared/widget";
import type { AttentionData } from "./attention-data";
import { mapKey, rowKey } from "./attention-key";
import { drawMap, highestMapWeight, mapsOf, scoreScale, weightScale } from "./attention-maps";
import { drawPlane, type PlaneRange } from "./attention-plane";
import { views } from "./attention-rows";
import {
  type AttentionState,
  originalWeights,
  shownModels,
  type TraceRows,
  traceRows,
} from "./attention-state";
import { headingsOf } from "./attention-text";
import { type Axes, type Box, Canvas } from "./canvas";
import { drawHeads } from "./head-panels";
import { planeRange } from "./prior-contours";
import { drawRows, highestWeight } from "./row-panels";
import { tokenRuler } from "./token-ruler";

/** For each trace, the sentence shaded by attention; below it the views and a key. On a narrow page everything is stacked. */
export function buildAttention(
  data: AttentionData,
  state: AttentionState,
  theme: Theme,
  available?: number,
): Part[] {
  const width = fittingWidth(available);
  const traces = shownModels(data, state).map((model) => traceRows(model, state));
  const most = Math.max(...traces.map(({ rows: [{ weights }] }) => highest(weights)));
  const rulers = traces.map((trace): Part => {
    const headings = headingsOf(data, trace.model, state).map((text, line) => ({ text, bold: line === 0 }));
    return { scene: tokenRuler(trace, headings, most, width, theme) };
  });
  const edits = traces.slice(0, 1).flatMap((trace) => editParts(trace, state, width, theme));
  if (state.view === "map") {
    const figure = mapFigure(traces, state, theme, width);
    return [...edits, ...rulers, { figure }, { scene: mapKey(traces, width, theme) }];
  }
  const models = traces.map(({ model }) => model);
  const scales = {
    mostWeight: highestWeight(traces),
    plane: planeRange(models, state, traces[0].proposals),
  };
  const key: Part = { scene: rowKey(traces, state, scales.plane, width, theme) };
  if (traces.length === 1 || width < narrow.columns) {
    const figures = traces.map(
      (trace): Part => ({ figure: singleFigure(trace, state, scales, theme, width) }),
    );
    return [...edits, ...rulers.flatMap((ruler, i) => [ruler, figures[i]]), key];
  }
  return [...edits, ...rulers, { figure: doubleFigure(traces, state, scales, theme, width) }, key];
}

/** An edited sentence below its original, both shaded by the attention of the chosen proposal. */
function editParts(
  { model, rows: [{ weights }] }: TraceRows,
  state: AttentionState,
  width: number,
  theme: Theme,
): Part[] {
  const { original, tokens, predicted } = model;
  if (!original) return [];
  const before = originalWeights(model, state);
  const most = Math.max(highest(weights), before ? highest(before) : 0);
  const sharesOf = (values: Float64Array): number[] => Array.from(values, (value) => value / most);
  const types = [...new Set([...original.model.predicted, ...predicted].map(({ type }) => type))].sort();
  const edited = { original: original.model, tokens, predicted, types };
  const shares = { before: before && sharesOf(before), after: sharesOf(weights) };
  return [{ scene: editScene(edited, { width, shares, chosen: state.proposal, clickable: true }, theme) }];
}

/** The scales that all traces share, so that they can be compared. */
interface Scales {
  readonly mostWeight: number;
  readonly plane: PlaneRange;
}

const margin = { left: 48, right: 14, top: 24, between: 56 };
/** Space for the tokens below the views, and for the labels below the plane. */
const labels = { tokens: 88, plane: 56 };
/** On a narrower page, the views are above the plane, the plane is above the heads, and maps are below each other. */
const narrow = { columns: 780, plane: 520, maps: 620 };
const rowsHeight = 450;
/** Sizes of a plane next to the views, and of one below them. */
const planeSide = { next: 330, most: 400 };
const headsHeight = 170;

/** One trace: the four views on the left, plane and heads on the right; below each other on a narrow page. */
function singleFigure(
  trace: TraceRows,
  state: AttentionState,
  { mostWeight, plane }: Scales,
  theme: Theme,
  width: number,
): Figure {
  const { left, right, top, between } = margin;
  const inner = width - left - right;
  const draw = (height: number, rows: Box, planeBox: Box, heads: Box): Figure => {
    const canvas = new Canvas(theme, width, height);
    drawRows(canvas, rows, trace, mostWeight);
    drawPlane(canvas, planeBox, trace, state, plane);
    drawHeads(canvas, heads, trace, state);
    return canvas.figure();
  };
  const square = (x: number, y: number, side: number): Box => ({
    left: x,
    top: y,
    width: side,
    height: side,
  });
  if (width >= narrow.columns) {
    const side = Math.round(Math.min(planeSide.next, 0.36 * inner));
    const planeLeft = width - right - side;
    const headsTop = top + side + labels.plane;
    const height = top + rowsHeight + labels.tokens;
    return draw(
      height,
      { left, top, width: planeLeft - between - left, height: rowsHeight },
      square(planeLeft, top, side),
      { left: planeLeft, top: headsTop, width: side, height: height - headsTop - 26 },
    );
  }
  const rows = { left, top, width: inner, height: rowsHeight };
  const planeTop = top + rowsHeight + labels.tokens + margin.top;
  if (width >= narrow.plane) {
    const side = Math.round(0.56 * inner);
    const headsLeft = left + side + between;
    const heads = { left: headsLeft, top: planeTop, width: width - right - headsLeft, height: side };
    return draw(planeTop + side + 30, rows, square(left, planeTop, side), heads);
  }
  const side = Math.min(planeSide.most, inner);
  const headsTop = planeTop + side + labels.plane;
  const heads = { left, top: headsTop, width: inner, height: headsHeight };
  return draw(headsTop + headsHeight + 26, rows, square(left, planeTop, side), heads);
}

/** Two traces: a column for each, on the same scales. */
function doubleFigure(
  traces: readonly TraceRows[],
  state: AttentionState,
  { mostWeight, plane }: Scales,
  theme: Theme,
  width: number,
): Figure {
  const column = (width - margin.right - margin.left * 2) / 2;
  const side = Math.min(planeSide.most, column);
  const top = 48;
  const planeTop = top + rowsHeight + labels.tokens + margin.top;
  const headsTop = planeTop + side + labels.plane;
  const canvas = new Canvas(theme, width, headsTop + headsHeight + 26);
  for (const [i, trace] of traces.entries()) {
    const left = margin.left + i * (column + margin.left);
    canvas.writeName(trace.model.name, left, 20);
    drawRows(canvas, { left, top, width: column, height: rowsHeight }, trace, mostWeight);
    drawPlane(canvas, { left, top: planeTop, width: side, height: side }, trace, state, plane);
    drawHeads(canvas, { left, top: headsTop, width: column, height: headsHeight }, trace, state);
  }
  return canvas.figure();
}

/** Four maps: two by two, a line for each of two traces, or below each other on a narrow page. */
function mapFigure(traces: readonly TraceRows[], state: AttentionState, theme: Theme, width: number): Figure {
  const several = traces.length > 1;
  const perLine = width < narrow.maps ? 1 : several && width >= narrow.columns ? views.length : 2;
  const labels = { left: 96, top: 84 };
  const gap = { across: 20, down: several ? 52 : 32 };
  const colorBar = 64;
  const top = labels.top + (several ? 48 : margin.top);
  const across = width - margin.right - labels.left - colorBar - (perLine - 1) * gap.across;
  const side = Math.min(mostMapSide, across / perLine);
  const lines = (traces.length * views.length) / perLine;
  const height = top + lines * side + (lines - 1) * gap.down + 16;
  const canvas = new Canvas(theme, width, Math.ceil(height));
  const maps = traces.map(({ model }) => mapsOf(model, state));
  const mostWeight = highestMapWeight(maps);
  let linked: Axes | undefined;
  for (const [traceIndex, traceMaps] of maps.entries()) {
    for (const [i, view] of views.entries()) {
      const index = traceIndex * views.length + i;
      const [line, column] = [Math.floor(index / perLine), index % perLine];
      const position = {
        left: labels.left + column * (side + gap.across),
        top: top + line * (side + gap.down),
      };
      const first = line === 0;
      const titleTop = first ? position.top - labels.top : position.top;
      if (several && i === 0) canvas.writeName(traceMaps.model.name, position.left, titleTop - 22);
      const box = { ...position, width: side, height: side };
      const sides = { left: column === 0, top: first };
      const axes = drawMap(canvas, { box, titleTop }, traceMaps, view, state, linked, sides);
      linked ??= axes;
    }
  }
  const barLeft = labels.left + perLine * (side + gap.across) - gap.across + 8;
  const bar = (line: number): Box => ({
    left: barLeft,
    top: top + line * (side + gap.down),
    width: colorBar,
    height: side,
  });
  canvas.colorAxis("scores", bar(0), scoreScale(maps[0].model.scores, theme));
  canvas.colorAxis("weights", bar(lines - 1), weightScale(mostWeight, theme));
  return canvas.figure();
}

/** Larger maps would not fit on a screen. */
const mostMapSide = 480;
