import { type Figure, figureWidth, plain } from "../shared/figure";
import type { Theme } from "../shared/theme";
import type { Part } from "../shared/widget";
import { type Axes, Canvas } from "./canvas";
import type { AttentionData } from "./data";
import { drawHeads } from "./head-panels";
import { mapKey, rowKey } from "./key";
import { colorRanges, drawMap, mapsOf } from "./maps";
import { drawPlane } from "./plane";
import { planeRange } from "./prior";
import { drawRows, rangesOf } from "./row-panels";
import { highest } from "./rows";
import { ruler } from "./ruler";
import { type ShownRows, shownRows, views } from "./shown-rows";
import { type AttentionState, shownModels } from "./state";
import { headingsOf } from "./words";

/** The sentence shaded by attention, once a trace; below it the views, and what their marks mean. */
export function buildAttention(data: AttentionData, state: AttentionState, theme: Theme): Part[] {
  const shown = shownModels(data, state).map((model) => shownRows(model, state));
  const most = Math.max(...shown.map(({ rows: [{ weights }] }) => highest(weights)));
  const rulers = shown.map(({ model }, place) => {
    const headings = headingsOf(data, model, state).map((text, line) => ({ text, main: line === 0 }));
    return { scene: ruler(shown[place], headings.slice(place && 1), most, figureWidth, theme) };
  });
  if (state.view === "map")
    return [
      ...rulers,
      { figure: mapFigure(shown, state, theme) },
      { scene: mapKey(shown, figureWidth, theme) },
    ];
  const figure = shown.length === 1 ? alone(shown[0], state, theme) : besideEachOther(shown, state, theme);
  return [...rulers, { figure }, { scene: rowKey(shown, figureWidth, theme) }];
}

const margin = { left: 48, right: 10, top: 24 };

/** The four views on the left; plane and heads on the right. */
function alone(shown: ShownRows, state: AttentionState, theme: Theme): Figure {
  const canvas = new Canvas(theme, figureWidth, 590);
  const { left, right, top } = margin;
  const width = 492;
  const plane = left + width + 54;
  const side = figureWidth - right - plane;
  const range = planeRange([shown.model], state, shown.proposals);
  drawRows(canvas, { left, top, width, height: 478 }, shown, rangesOf([shown]));
  drawPlane(canvas, { left: plane, top, width: side, height: side }, shown, state, range);
  drawHeads(canvas, { left: plane, top: 385, width: side, height: 180 }, shown, state);
  return canvas.figure();
}

/** A column for each trace, on the same scales. */
function besideEachOther(shown: readonly ShownRows[], state: AttentionState, theme: Theme): Figure {
  const canvas = new Canvas(theme, figureWidth, 1085);
  const column = (figureWidth - margin.right - margin.left * 2) / 2;
  const ranges = rangesOf(shown);
  const models = shown.map(({ model }) => model);
  const range = planeRange(models, state, shown[0].proposals);
  shown.forEach((one, place) => {
    const left = margin.left + place * (column + margin.left);
    canvas.write(`<b>${plain(one.model.name)}</b>`, left, 20, { font: { size: 13, color: theme.ink } });
    drawRows(canvas, { left, top: 48, width: column, height: 420 }, one, ranges);
    drawPlane(canvas, { left, top: 586, width: 320, height: 320 }, one, state, range);
    drawHeads(canvas, { left, top: 954, width: column, height: 108 }, one, state);
  });
  return canvas.figure();
}

/** Four maps: two by two, or a line for each trace. */
function mapFigure(shown: readonly ShownRows[], state: AttentionState, theme: Theme): Figure {
  const several = shown.length > 1;
  const perLine = several ? views.length : 2;
  const labels = { left: 96, bottom: 84 };
  const gap = { across: 20, down: several ? 52 : 32 };
  const top = several ? 48 : margin.top;
  const side = (figureWidth - margin.right - labels.left - (perLine - 1) * gap.across) / perLine;
  const lines = (shown.length * views.length) / perLine;
  const height = top + lines * side + (lines - 1) * gap.down + labels.bottom;
  const canvas = new Canvas(theme, figureWidth, Math.ceil(height));
  const maps = shown.map(({ model }) => mapsOf(model, state));
  const ranges = colorRanges(maps);
  let linked: Axes | undefined;
  maps.forEach((one, trace) => {
    views.forEach((view, at) => {
      const place = trace * views.length + at;
      const [line, column] = [Math.floor(place / perLine), place % perLine];
      const box = {
        left: labels.left + column * (side + gap.across),
        top: top + line * (side + gap.down),
        width: side,
        height: side,
      };
      if (several && at === 0)
        canvas.write(`<b>${plain(one.model.name)}</b>`, box.left, box.top - 22, {
          font: { size: 13, color: theme.ink },
        });
      const sides = { left: column === 0, bottom: line === lines - 1 };
      linked ??= drawMap(canvas, box, one, view, ranges[view], state, undefined, sides);
      if (place > 0) drawMap(canvas, box, one, view, ranges[view], state, linked, sides);
    });
  });
  return canvas.figure();
}
