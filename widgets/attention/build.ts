import { axis, type Figure, type FigurePart, layout, plain } from "../shared/figure";
import { diagonal, planeAxes, tokenLabel } from "../shared/span-plane";
import { light, type Theme } from "../shared/theme";
import { type AttentionModel, type AttentionRow, attentionRow, type Selection } from "./data";
import { planeAxis, planeRange, planeTraces } from "./plane";

const views = [
  ["content", "content score q·k / √d"],
  ["logPrior", "+ log prior log G"],
  ["sum", "= sum"],
  ["weights", "softmax: attention weight"],
] as const;

const width = 980;
const height = 600;
const tokensDomain = [0, 0.57] as const;
const margin = { l: 55, r: 15, t: 64, b: 95 };
/** Each view's part of the height is for its name above and a gap below. */
const above = 0.04;
const below = 0.03;
const planeWidth = 0.35;
const planeHeight = (planeWidth * (width - margin.l - margin.r)) / (height - margin.t - margin.b);
const planeDomain = { x: [1 - planeWidth, 1], y: [1 - above - planeHeight, 1 - above] } as const;

/** A score this far below the highest has no part in the softmax to speak of; the views do not stretch down to it. */
const deepest = 15;

/** The four linked views over the tokens, and the start–end plane. */
export function buildAttention(model: AttentionModel, selection: Selection, theme: Theme = light): Figure {
  const row = attentionRow(model, selection);
  const panels = views.map(([part], place) => panel(model, row, part, place, theme));
  return {
    data: [...panels.map(({ trace }) => trace), ...planeTraces(model, selection, row, theme)],
    layout: layout(theme, height, {
      width,
      margin,
      hovermode: "closest",
      showlegend: true,
      legend: { x: planeDomain.x[0], y: planeDomain.y[0] - 0.06, yanchor: "top", font: { size: 11 } },
      annotations: [
        heading(model, selection),
        ...views.map(([, title], place) => panelName(title, 0, 1 - place / views.length, theme)),
        panelName("proposals as spans: start →, end ↑", planeDomain.x[0], 1, theme),
      ],
      shapes: [chosenToken(selection, theme), diagonal(theme, model.tokens.length, planeAxis)],
      ...axes(model, selection, panels, theme),
    }),
  };
}

interface Panel {
  readonly trace: FigurePart;
  readonly range: readonly [number, number];
}

function axisName(place: number): string {
  return place ? `y${place + 1}` : "y";
}

function panel(
  model: AttentionModel,
  row: AttentionRow,
  part: keyof AttentionRow,
  place: number,
  theme: Theme,
): Panel {
  const values = [...row[part]];
  const highest = Math.max(...values);
  const lowest = part === "weights" ? 0 : Math.max(Math.min(...values), highest - deepest);
  const room = Math.max(0.08 * (highest - lowest), 1e-3);
  const base = part === "weights" ? 0 : lowest - room;
  return {
    range: [base, highest + 3 * room],
    trace: {
      type: "bar",
      name: part,
      showlegend: false,
      x: values.map((_, token) => token),
      y: values.map((value) => Math.max(0, value - base)),
      base,
      yaxis: axisName(place),
      text: model.tokens.map((_, token) => numbers(model, row, token)),
      customdata: values.map((_, token) => token),
      textposition: "none",
      marker: { color: theme.attention[place] },
      hovertemplate: "%{text}<extra></extra>",
    },
  };
}

/** All four numbers of a token, so that hovering one view tells of the others too. */
function numbers(model: AttentionModel, row: AttentionRow, token: number): string {
  const [content, logPrior, sum] = [row.content, row.logPrior, row.sum].map((part) => part[token].toFixed(3));
  const weight = row.weights[token].toFixed(4);
  const lines = [`content ${content}`, `+ log prior ${logPrior}`, `= sum ${sum}`, `weight ${weight}`];
  return [`<b>${token} ${plain(model.tokens[token])}</b>`, ...lines].join("<br>");
}

function axes(
  model: AttentionModel,
  selection: Selection,
  panels: readonly Panel[],
  theme: Theme,
): FigurePart {
  const { tokens } = model;
  const every = Math.ceil(tokens.length / 40);
  const shown = tokens.map((_, token) => token).filter((token) => token % every === 0);
  const parts: Record<string, unknown> = {
    xaxis: axis(theme, {
      domain: tokensDomain,
      anchor: axisName(panels.length - 1),
      range: [-0.6, tokens.length - 0.4],
      showgrid: false,
      tickangle: -60,
      tickvals: shown,
      ticktext: shown.map((token) => tokenLabel(tokens[token])),
      tickfont: { size: tokens.length > 30 ? 9 : 10.5 },
    }),
  };
  panels.forEach(({ range }, place) => {
    const top = 1 - place / panels.length;
    const domain = [top - 1 / panels.length + below, top - above];
    parts[`yaxis${place ? place + 1 : ""}`] = axis(theme, {
      domain,
      range,
      nticks: 4,
      tickfont: { size: 10 },
    });
  });
  const plane = planeAxes(theme, planeRange(model, selection), planeAxis, planeDomain);
  return { ...parts, xaxis2: plane.x, yaxis5: plane.y };
}

function heading(model: AttentionModel, selection: Selection): FigurePart {
  const { proposal } = selection;
  return {
    text: `<b>proposal ${proposal}: ${tokenLabel(model.tokens[proposal])}</b>  ·  ${place(model, selection)}`,
    x: 0,
    y: 1.04,
    xref: "paper",
    yref: "paper",
    xanchor: "left",
    yanchor: "bottom",
    align: "left",
    showarrow: false,
    font: { size: 14 },
  };
}

/** A name right above what it names. */
function panelName(text: string, x: number, top: number, theme: Theme): FigurePart {
  return {
    text,
    x,
    y: top - above,
    xref: "paper",
    yref: "paper",
    xanchor: "left",
    yanchor: "bottom",
    align: "left",
    showarrow: false,
    font: { size: 11, color: theme.faint },
  };
}

function chosenToken({ proposal }: Selection, theme: Theme): FigurePart {
  return {
    type: "rect",
    layer: "below",
    xref: "x",
    yref: "paper",
    x0: proposal - 0.5,
    x1: proposal + 0.5,
    y0: below,
    y1: 1 - above,
    fillcolor: `${theme.chosen}21`,
    line: { width: 0 },
  };
}

/** The selection's weights in words: the tokens that get most. */
export function attentionText(model: AttentionModel, selection: Selection): string {
  const { weights, content, logPrior } = attentionRow(model, selection);
  const order = model.tokens.map((_, token) => token).sort((a, b) => weights[b] - weights[a]);
  const { proposal } = selection;
  const lines = order.slice(0, 8).map((token) => {
    const parts = `content ${content[token].toFixed(2)}, log prior ${logPrior[token].toFixed(2)}`;
    return `  ${weights[token].toFixed(4)}  ${token} ${model.tokens[token]}  (${parts})`;
  });
  const title = `Attention of proposal ${proposal} (${model.tokens[proposal]}), ${place(model, selection)}:`;
  return [title, ...lines].join("\n");
}

function place({ layers }: AttentionModel, { layer, head }: Selection): string {
  const heads = head === "mean" ? `mean of ${layers[layer - 1].heads} heads` : `head ${head}`;
  return `layer ${layer} of ${layers.length}, ${heads}`;
}
