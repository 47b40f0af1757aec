import type { Entity } from "../../src/corpus/types";
import { shorten } from "../shared/text";
import type { AttentionData, AttentionModel } from "./data";
import { type AttentionRow, attentionRow, decimals, headUses, moved, spread } from "./rows";
import { type AttentionState, outcome, shownModels, shownProposals } from "./state";

/** Tokens that the text lists of a row. */
const listed = 8;

/** What is shown in a few words. */
export function attentionTitle(data: AttentionData, state: AttentionState): string {
  const names =
    data.length > 1
      ? `: ${shownModels(data, state)
          .map(({ name }) => name)
          .join(" beside ")}`
      : "";
  return `Attention of ${proposalName(data[0], state.proposal)}, ${placeOf(data[0], state)}${names}`;
}

/** Lines above a trace: the chosen proposal and where one looks; the entity that came of it, and of which trace. */
export function headingsOf(data: AttentionData, model: AttentionModel, state: AttentionState): string[] {
  const name = `${proposalName(model, state.proposal)}, ${placeOf(model, state)}`;
  const found = outcome(model, state.proposal) ?? "no entity";
  return data.length > 1 ? [name, `${model.name}: predicts ${found}`] : [`${name} → ${found}`];
}

function proposalName({ tokens }: AttentionModel, proposal: number): string {
  return `proposal ${proposal} (${shorten(tokens[proposal], 20)})`;
}

function placeOf({ layers }: AttentionModel, { layer, head }: AttentionState): string {
  const heads = head === "mean" ? `mean of ${layers[layer - 1].heads} heads` : `head ${head}`;
  return `layer ${layer} of ${layers.length}, ${heads}`;
}

/** The shown attention in words: for each trace and proposal the tokens that get most, and what the heads do. */
export function attentionText(data: AttentionData, state: AttentionState): string {
  const models = shownModels(data, state);
  const blocks = models.flatMap((model) => [
    ...(data.length > 1 ? [`${model.name}:`] : []),
    ...shownProposals(state).map((proposal) => rowText(model, { ...state, proposal })),
    headText(model, state),
  ]);
  const between = models.length > 1 ? [difference(models)] : [];
  return [`${attentionTitle(data, state)}.`, ...blocks, ...between].join("\n");
}

/**
 * A text that does not turn around what stands behind it: after an Arabic word (1, 3) would read (3, 1). For words on the
 * page and in a terminal; in pictures no such sign is let through.
 */
export function isolated(token: string): string {
  return /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/.test(token) ? `\u2068${token}\u2069` : token;
}

function rowText(model: AttentionModel, state: AttentionState): string {
  const row = attentionRow(model, state);
  const order = model.tokens.map((_, token) => token).sort((a, b) => row.weights[b] - row.weights[a]);
  const found = outcome(model, state.proposal);
  const effect = model.prior === "on" ? `; the prior moves ${percent(moved(row))}` : "";
  return [
    `${isolated(proposalName(model, state.proposal))} → ${found ?? "no entity"}; spreads over ${spread(row.weights).toFixed(1)} tokens${effect}`,
    ...order.slice(0, listed).map((token) => tokenText(model, row, token)),
  ].join("\n");
}

function tokenText({ tokens, prior }: AttentionModel, row: AttentionRow, token: number): string {
  const content = `content ${decimals(row.content[token], 2)}`;
  const rest = `, log prior ${decimals(row.logPrior[token], 2)}, without the prior ${row.unmodulated[token].toFixed(4)}`;
  return `  ${row.weights[token].toFixed(4)}  ${token} ${tokens[token]}  (${content}${prior === "on" ? rest : ""})`;
}

function headText(model: AttentionModel, state: AttentionState): string {
  const uses = headUses(model, state).map(({ head, start, end, spread: tokens, moved: share }) => {
    const effect = model.prior === "on" ? `, the prior moves ${percent(share)}` : "";
    return `  head ${head}: ${percent(start)} of start, ${percent(end)} of end; spreads over ${tokens.toFixed(1)} tokens${effect}`;
  });
  return ["Heads:", ...uses].join("\n");
}

/** Which entities only one of the traces predicts. */
function difference([first, second]: AttentionData): string {
  const only = (model: AttentionModel, other: AttentionModel): string =>
    model.predicted
      .filter((entity) => !other.predicted.some((one) => same(one, entity)))
      .map(entityText)
      .join(", ");
  return [first, second]
    .map(
      (model, place) =>
        `Predicted only by ${model.name}: ${only(model, place ? first : second) || "nothing"}`,
    )
    .join("\n");
}

function same(first: Entity, second: Entity): boolean {
  return first.start === second.start && first.end === second.end && first.type === second.type;
}

function entityText({ start, end, type }: Entity): string {
  return `(${start}, ${end - 1}, ${type})`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
