import { editText } from "../sentence/edit-scene";
import { entityText, sameEntity } from "../sentence/sentence-entities";
import { shorten } from "../shared/text";
import type { DataTable } from "../shared/widget";
import type { AttentionData, AttentionModel } from "./attention-data";
import { type AttentionRow, attentionRow, decimals, headUses, movedShare, spread } from "./attention-rows";
import {
  type AttentionState,
  originalWeights,
  predictionText,
  shownModels,
  shownProposals,
} from "./attention-state";

const listedTokens = 8;

export function attentionTitle(data: AttentionData, state: AttentionState): string {
  const names = shownModels(data, state).map(({ name }) => name);
  const suffix = data.length > 1 ? `: ${names.join(" and ")}` : "";
  return `Attention of ${proposalName(data[0], state.proposal)}, ${selectionText(data[0], state)}${suffix}`;
}

/** Lines above a trace: the effect of the prior, the trace's name if there are two, and the entity that the proposal predicts. */
export function headingsOf(data: AttentionData, model: AttentionModel, state: AttentionState): string[] {
  const name = data.length > 1 ? `${model.name}: ` : "";
  const prediction = predictionText(model, state.proposal) ?? "no entity";
  return [
    `${name}${findingText(model, state)}`,
    `${proposalName(model, state.proposal)} of ${model.tokens.length} predicts ${prediction}`,
  ];
}

/**
 * The effect of the prior on the attention of the chosen proposal: "Layer 1, head 4: the prior moves 71 % of the attention of
 * proposal 17 (protein) from gene to the and protein". Without a prior, which tokens get the most attention.
 */
export function findingText(model: AttentionModel, state: AttentionState): string {
  const { layers, prior, tokens } = model;
  const { layer, head, proposal } = state;
  const row = attentionRow(model, state);
  const place = `Layer ${layer}, ${head === "mean" ? `mean of ${layers[layer - 1].heads} heads` : `head ${head}`}`;
  const names = (values: Float64Array): string => tokenNames(tokens, values);
  if (prior !== "on") return `${place}: ${proposalName(model, proposal)} attends to ${names(row.weights)}`;
  const moved = movedShare(row);
  const start = `${place}: the prior moves ${percent(moved)} of the attention of ${proposalName(model, proposal)}`;
  if (moved < 0.005) return start;
  const gains = row.weights.map((weight, token) => Math.max(0, weight - row.unmodulated[token]));
  const losses = row.weights.map((weight, token) => Math.max(0, row.unmodulated[token] - weight));
  return `${start} from ${names(losses)} to ${names(gains)}`;
}

/** Most tokens to name of those that together have the largest part of a quantity. */
const namedTokens = 3;
const mostOf = 0.8;

/** The tokens that together have the largest part of a quantity, the largest first: "gene, protein and 2 more". */
function tokenNames(tokens: readonly string[], values: Float64Array): string {
  const order = tokens.map((_, token) => token).sort((a, b) => values[b] - values[a]);
  const needed = mostOf * values.reduce((sum, value) => sum + value, 0);
  let [sum, count] = [0, 0];
  while (sum < needed) sum += values[order[count++]];
  const names = order.slice(0, count).map((token) => `${token} ${shorten(tokens[token], 20)}`);
  const last = count > namedTokens ? `${count - namedTokens + 1} more` : names[count - 1];
  const others = names.slice(0, Math.min(count, namedTokens) - 1);
  return others.length ? `${others.join(", ")} and ${last}` : last;
}

function proposalName({ tokens }: AttentionModel, proposal: number): string {
  return `proposal ${proposal} (${shorten(tokens[proposal], 20)})`;
}

function selectionText({ layers }: AttentionModel, { layer, head }: AttentionState): string {
  const heads = head === "mean" ? `mean of ${layers[layer - 1].heads} heads` : `head ${head}`;
  return `layer ${layer} of ${layers.length}, ${heads}`;
}

/** For each trace and proposal, the tokens with the highest weights; then the heads. */
export function attentionText(data: AttentionData, state: AttentionState): string {
  const models = shownModels(data, state);
  const blocks = models.flatMap((model) => [
    ...(data.length > 1 ? [`${model.name}:`] : []),
    `${findingText(model, state)}.`,
    ...editTexts(model, state),
    ...shownProposals(state).map((proposal) => rowText(model, { ...state, proposal })),
    headsText(model, state),
  ]);
  const differences = models.length > 1 ? differencesText(models) : [];
  return [`${attentionTitle(data, state)}.`, ...blocks, ...differences].join("\n");
}

/** The changes by an edit of the sentence, and the attention before it. */
function editTexts(model: AttentionModel, state: AttentionState): string[] {
  const { original, tokens, predicted } = model;
  if (!original) return [];
  const weights = originalWeights(model, state);
  const names = weights && tokenNames(original.model.tokens, weights);
  return [
    editText({ original: original.model, tokens, predicted }),
    ...(names ? [`In the original sentence this proposal attends to ${names}.`] : []),
  ];
}

/**
 * Isolates right-to-left text: after an Arabic word, (1, 3) would read (3, 1). For pages and terminals; pictures contain no such
 * control characters.
 */
export function isolated(text: string): string {
  return /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/.test(text) ? `\u2068${text}\u2069` : text;
}

function rowText(model: AttentionModel, state: AttentionState): string {
  const { tokens, prior } = model;
  const row = attentionRow(model, state);
  const order = tokens.map((_, token) => token).sort((a, b) => row.weights[b] - row.weights[a]);
  const prediction = predictionText(model, state.proposal) ?? "no entity";
  const effect = prior === "on" ? `; the prior moves ${percent(movedShare(row))}` : "";
  const name = isolated(proposalName(model, state.proposal));
  return [
    `${name} → ${prediction}; spreads over ${spread(row.weights).toFixed(1)} tokens${effect}`,
    ...order.slice(0, listedTokens).map((token) => tokenText(model, row, token)),
  ].join("\n");
}

function tokenText({ tokens, prior }: AttentionModel, row: AttentionRow, token: number): string {
  const content = `content ${decimals(row.content[token], 2)}`;
  const rest = `, log prior ${decimals(row.logPrior[token], 2)}, without the prior ${row.unmodulated[token].toFixed(4)}`;
  return `  ${row.weights[token].toFixed(4)}  ${token} ${tokens[token]}  (${content}${prior === "on" ? rest : ""})`;
}

function headsText(model: AttentionModel, state: AttentionState): string {
  const lines = headUses(model, state).map(({ head, start, end, spread, moved }) => {
    const effect = model.prior === "on" ? `, the prior moves ${percent(moved)}` : "";
    return `  head ${head}: ${percent(start)} of start, ${percent(end)} of end; spreads over ${spread.toFixed(1)} tokens${effect}`;
  });
  return ["Heads:", ...lines].join("\n");
}

function differencesText([first, second]: AttentionData): string[] {
  const line = ({ name, predicted }: AttentionModel, other: AttentionModel): string => {
    const only = predicted.filter((entity) => !other.predicted.some((one) => sameEntity(one, entity)));
    return `Predicted only by ${name}: ${only.map(entityText).join(", ") || "nothing"}`;
  };
  return [line(first, second), line(second, first)];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}

/** One row for each token of each shown proposal; of all proposals if maps are shown. */
export function attentionTable(data: AttentionData, state: AttentionState): DataTable {
  const { layer, head, view } = state;
  const rows = shownModels(data, state).flatMap((model) => {
    const { name: trace, prior, tokens } = model;
    const proposals = view === "map" ? tokens.map((_, proposal) => proposal) : shownProposals(state);
    return proposals.flatMap((proposal) => {
      const row = attentionRow(model, { layer, head, proposal });
      return tokens.map((_, token) => ({ trace, prior, tokens, proposal, row, token }));
    });
  });
  return {
    name: "attention",
    columns: {
      trace: rows.map(({ trace }) => trace),
      prior: rows.map(({ prior }) => prior),
      layer: rows.map(() => layer),
      head: rows.map(() => head),
      proposal: rows.map(({ proposal }) => proposal),
      proposalText: rows.map(({ tokens, proposal }) => tokens[proposal]),
      token: rows.map(({ token }) => token),
      tokenText: rows.map(({ tokens, token }) => tokens[token]),
      content: rows.map(({ row, token }) => row.content[token]),
      logPrior: rows.map(({ row, token }) => row.logPrior[token]),
      sum: rows.map(({ row, token }) => row.sum[token]),
      weight: rows.map(({ row, token }) => row.weights[token]),
      weightWithoutPrior: rows.map(({ row, token }) => row.unmodulated[token]),
    },
  };
}
