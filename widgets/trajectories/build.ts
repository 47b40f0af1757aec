import { entityText, type SentenceEntity, verdictMark, verdictText } from "../sentence/entities";
import { passes } from "../sentence/filter";
import { sentenceScene } from "../sentence/scene";
import { axis, type Figure, type FigurePart, figureWidth, layout, panelTitle, plain } from "../shared/figure";
import { diagonal, words } from "../shared/span-plane";
import { shorten } from "../shared/text";
import type { Theme } from "../shared/theme";
import type { Part } from "../shared/widget";
import { classTraces } from "./classes";
import { momentText } from "./lines";
import { linesScene } from "./lines-scene";
import { lastStage, type OpenTrajectories, type Trajectory } from "./paths";
import { planeTraces } from "./plane";
import { shownTrajectories, type TrajectoriesState } from "./state";
import { planeRange, tokenAxis } from "./window";

const height = 590;
const margin = { l: 118, r: 14, t: 64, b: 132 };
const inner = figureWidth - margin.l - margin.r;
/** The plane is as wide as high. */
const plane: readonly [number, number] = [0, (height - margin.t - margin.b) / inner];
const bars: readonly [number, number] = [plane[1] + 0.13, 1];

/** The sentence, the lines of Table 8, and one figure of the start–end plane and the class probabilities. */
export function buildTrajectories(data: OpenTrajectories, state: TrajectoriesState, theme: Theme): Part[] {
  const { tokens, gold, predicted, types } = data;
  const shown = (entity: SentenceEntity): boolean => passes(state, entity);
  const options = { shown, selected: state.selected ?? undefined, ghost: "gold" as const };
  const scene = sentenceScene({ tokens, entities: gold, predicted, types }, options, theme);
  const parts: Part[] = [{ scene }, { scene: linesScene(data, state, theme) }];
  return data.entities.length ? [...parts, { figure: figureOf(data, state, theme) }] : parts;
}

function figureOf(data: OpenTrajectories, state: TrajectoriesState, theme: Theme): Figure {
  const chosen = shownTrajectories(data, state).find(({ entity }) => entity.id === state.selected);
  const path = chosen?.path;
  const stages = [...data.stages, lastStage];
  const range = planeRange(data, state.near ? chosen : undefined);
  const tokens = tokenAxis(data.tokens, range, theme);
  return {
    data: [
      ...planeTraces(data, state, theme),
      ...(path ? classTraces(data, path, { xaxis: "x2", yaxis: "y2" }, theme) : []),
    ],
    layout: layout(theme, height, {
      margin,
      hovermode: "closest",
      barmode: "stack",
      bargap: 0.35,
      showlegend: true,
      legend: legend(theme),
      shapes: [
        diagonal(theme, data.tokens.length, { x: "x", y: "y" }),
        ...(path ? [momentFrame(state, theme)] : []),
      ],
      annotations: [
        panelTitle(`start–end plane: ${momentText(data, state.moment)}`, plane[1] / 2),
        { ...panelTitle(barsTitle(chosen, data), bars[0] - 0.08), xanchor: "left", align: "left" },
        { ...panelTitle("end ↑", -0.01), xanchor: "right" },
        { ...panelTitle("start →", plane[1] - 0.01, 0.01), xanchor: "right" }, // no span lies below the diagonal
      ],
      xaxis: { ...tokens, domain: plane, anchor: "y", tickangle: -40 },
      yaxis: { ...tokens, domain: [0, 1], anchor: "x" },
      xaxis2: axis(theme, {
        domain: bars,
        anchor: "y2",
        range: [-0.015, 1.015],
        tickvals: [0, 0.25, 0.5, 0.75, 1],
        visible: path !== undefined,
        title: { text: "class probability" },
      }),
      yaxis2: axis(theme, {
        domain: [0, 1],
        anchor: "x2",
        range: [stages.length - 0.5, -0.5],
        tickvals: stages.map((_, place) => place),
        ticktext: stages.map((name) => `${name} `),
        visible: path !== undefined,
        showgrid: false,
      }),
    }),
  };
}

/** Its entries explain; they switch nothing, as controls do that. */
function legend(theme: Theme): FigurePart {
  const fixed = { itemclick: false, itemdoubleclick: false, traceorder: "normal" };
  return {
    orientation: "h",
    x: -0.1,
    y: -0.22,
    yanchor: "top",
    font: { size: 12, color: theme.ink },
    ...fixed,
  };
}

/** A frame around the bar of the moment, which moves with it. */
function momentFrame({ moment }: TrajectoriesState, theme: Theme): FigurePart {
  const place = { xref: "x2", yref: "y2", x0: -0.01, x1: 1.01, y0: moment - 0.41, y1: moment + 0.41 };
  return { type: "rect", ...place, line: { color: theme.ink, width: 2 } };
}

/** Three lines on the chosen entity: what it is, what became of it, and whose work it is. */
function barsTitle(chosen: Trajectory | undefined, { tokens }: OpenTrajectories): string {
  if (!chosen) return "choose an entity to see<br>the classes of its proposal";
  const { entity } = chosen;
  const name = `${verdictMark(entity.verdict)} ${entityText(entity)} ${words(tokens, entity)}`.trimStart();
  return [name, ...(entity.verdict ? [verdictText(entity)] : []), proposalText(chosen)]
    .map((text) => plain(shorten(text, 52)))
    .join("<br>");
}

function proposalText({ entity, path }: Trajectory): string {
  if (!path) return "no proposal finds it possible";
  const { probability } = path;
  const whose = entity.side === "gold" ? "likeliest proposal" : "proposal";
  const sure = probability >= 0.001 ? probability.toFixed(3) : probability.toExponential(1);
  return `${whose} ${path.proposal}, probability ${sure}`;
}
