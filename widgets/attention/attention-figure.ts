import { highest } from "../shared/arrays";
import { type Figure, figureWidth } from "../shared/figure";
import type { Theme } from "../shared/theme";
import type { Part } from "../shared/widget";
import type { AttentionData } from "./attention-data";
import { mapKey, rowKey } from "./attention-key";
import { colorRanges, drawMap, mapsOf } from "./attention-maps";
import { drawPlane } from "./attention-plane";
import { views } from "./attention-rows";
import { type AttentionState, shownModels, type TraceRows, traceRows } from "./attention-state";
import { headingsOf } from "./attention-text";
import { type Axes, Canvas } from "./canvas";
import { drawHeads } from "./head-panels";
import { planeRange } from "./prior-contours";
import { drawRows, rowRanges } from "./row-panels";
import { tokenRuler } from "./token-ruler";

/** For each trace, the sentence shaded by attention; below it the views and a key. */
export function buildAttention(data: AttentionData, state: AttentionState, theme: Theme): Part[] {
  const traces = shownModels(data, state).map((model) => traceRows(model, state));
  const most = Math.max(...traces.map(({ rows: [{ weights }] }) => highest(weights)));
  const rulers = traces.map((trace, i) => {
    const headings = headingsOf(data, trace.model, state).map((text, line) => ({ text, bold: line === 0 }));
    return { scene: tokenRuler(trace, headings.slice(i && 1), most, figureWidth, theme) };
  });
  if (state.view === "map")
    return [
      ...rulers,
      { figure: mapFigure(traces, state, theme) },
      { scene: mapKey(traces, figureWidth, theme) },
    ];
  const [first, second] = traces;
  const figure = second ? doubleFigure(traces, state, theme) : singleFigure(first, state, theme);
  return [...rulers, { figure }, { scene: rowKey(traces, figureWidth, theme) }];
}

const margin = { left: 48, right: 10, top: 24 };

/** One trace: the four views on the left, plane and heads on the right. */
function singleFigure(trace: TraceRows, state: AttentionState, theme: Theme): Figure {
  const canvas = new Canvas(theme, figureWidth, 590);
  const { left, right, top } = margin;
  const width = 492;
  const planeLeft = left + width + 54;
  const side = figureWidth - right - planeLeft;
  const range = planeRange([trace.model], state, trace.proposals);
  drawRows(canvas, { left, top, width, height: 478 }, trace, rowRanges([trace]));
  drawPlane(canvas, { left: planeLeft, top, width: side, height: side }, trace, state, range);
  drawHeads(canvas, { left: planeLeft, top: 385, width: side, height: 180 }, trace, state);
  return canvas.figure();
}

/** Two traces: a column for each, on the same scales. */
function doubleFigure(traces: readonly TraceRows[], state: AttentionState, theme: Theme): Figure {
  const canvas = new Canvas(theme, figureWidth, 1085);
  const width = (figureWidth - margin.right - margin.left * 2) / 2;
  const ranges = rowRanges(traces);
  const models = traces.map(({ model }) => model);
  const range = planeRange(models, state, traces[0].proposals);
  for (const [i, trace] of traces.entries()) {
    const left = margin.left + i * (width + margin.left);
    canvas.writeName(trace.model.name, left, 20);
    drawRows(canvas, { left, top: 48, width, height: 420 }, trace, ranges);
    drawPlane(canvas, { left, top: 586, width: 320, height: 320 }, trace, state, range);
    drawHeads(canvas, { left, top: 954, width, height: 108 }, trace, state);
  }
  return canvas.figure();
}

/** Four maps: two by two, or a line for each of two traces. */
function mapFigure(traces: readonly TraceRows[], state: AttentionState, theme: Theme): Figure {
  const several = traces.length > 1;
  const perLine = several ? views.length : 2;
  const labels = { left: 96, bottom: 84 };
  const gap = { across: 20, down: several ? 52 : 32 };
  const top = several ? 48 : margin.top;
  const side = (figureWidth - margin.right - labels.left - (perLine - 1) * gap.across) / perLine;
  const lines = (traces.length * views.length) / perLine;
  const height = top + lines * side + (lines - 1) * gap.down + labels.bottom;
  const canvas = new Canvas(theme, figureWidth, Math.ceil(height));
  const maps = traces.map(({ model }) => mapsOf(model, state));
  const ranges = colorRanges(maps);
  let linked: Axes | undefined;
  for (const [traceIndex, traceMaps] of maps.entries()) {
    for (const [i, view] of views.entries()) {
      const index = traceIndex * views.length + i;
      const [line, column] = [Math.floor(index / perLine), index % perLine];
      const position = {
        left: labels.left + column * (side + gap.across),
        top: top + line * (side + gap.down),
      };
      if (several && i === 0) canvas.writeName(traceMaps.model.name, position.left, position.top - 22);
      const box = { ...position, width: side, height: side };
      const sides = { left: column === 0, bottom: line === lines - 1 };
      const axes = drawMap(canvas, box, traceMaps, view, ranges[view], state, linked, sides);
      linked ??= axes;
    }
  }
  return canvas.figure();
}
