import type { Entity } from "../../src/corpus/types";
import { escapeHtml } from "../shared/html";
import { words } from "../shared/span-plane";
import { pad, textWidth } from "../shared/text";
import { light, seriesColor } from "../shared/theme";
import { stack } from "./stack";

/** A sentence to look at; `predicted` beside the gold entities. */
export interface ShownSentence {
  readonly tokens: readonly string[];
  readonly entities: readonly Entity[];
  readonly predicted?: readonly Entity[];
}

type Verdict = "right" | "wrong" | "missed" | "gold";

/** One entity's bar, in its lane. */
interface Bar extends Entity {
  readonly lane: number;
  readonly verdict: Verdict;
}

const marks: Readonly<Record<Verdict, string>> = { right: "✓", wrong: "✗", missed: "–", gold: "" };

/**
 * The sentence as HTML without scripts: gold entities as bars above the words, predicted ones below. Each word carries
 * its slice of every bar, so that a sentence may break anywhere. Colors stand for types; missed gold entities are
 * dashed, wrong predictions hatched, and marks say the same without colors.
 */
export function buildSentence(sentence: ShownSentence): string {
  const { gold, predicted } = bars(sentence);
  const types = [...new Set([...gold, ...predicted].map(({ type }) => type))].sort();
  const color = (type: string): string => seriesColor(light, types.indexOf(type));
  const above = lanes(gold);
  const below = lanes(predicted);
  const cells = sentence.tokens.map((token, at) => {
    const top = Array.from({ length: above }, (_, lane) => slice(gold, above - 1 - lane, at, color));
    const bottom = Array.from({ length: below }, (_, lane) => slice(predicted, lane, at, color));
    const word = `<span style="display:block;padding:1px 5px;white-space:pre">${escapeHtml(token)}</span>`;
    const width = Math.max(...[...gold, ...predicted].map((bar) => share(bar, at)), 0);
    return `<span style="display:inline-block;vertical-align:top;min-width:${width.toFixed(1)}em;margin-bottom:10px" title="${at}">${top.join("")}${word}${bottom.join("")}</span>`;
  });
  const legend = sentence.predicted
    ? "above: gold (dashed: missed) · below: predicted (✓ right, ✗ wrong)"
    : "gold entities";
  return `<div role="img" aria-label="${escapeHtml(sentenceText(sentence))}" style="font-size:14px;line-height:1.35;text-align:left">
<div style="font-size:11px;opacity:0.7;margin-bottom:4px">${legend}</div><div>${cells.join("")}</div></div>`;
}

/** The words, then one line an entity. Positions count from 0, the end is inclusive. */
export function sentenceText(sentence: ShownSentence): string {
  const { gold, predicted } = bars(sentence);
  const listed = (side: string, all: readonly Bar[]): string[] =>
    all.map((bar) => {
      const place = `${bar.start}–${bar.end - 1}`;
      return `${marks[bar.verdict] || " "} ${side} ${pad(place, 7)} ${bar.type}: ${words(sentence.tokens, bar)}`;
    });
  const side = sentence.predicted ? "gold     " : "gold";
  return [sentence.tokens.join(" "), ...listed(side, gold), ...listed("predicted", predicted)].join("\n");
}

function bars({ entities, predicted }: ShownSentence): { readonly gold: Bar[]; readonly predicted: Bar[] } {
  const has = (all: readonly Entity[], { start, end, type }: Entity): boolean =>
    all.some((other) => other.start === start && other.end === end && other.type === type);
  const goldLanes = stack(entities);
  const gold = entities.map((entity, place): Bar => {
    const verdict = !predicted ? "gold" : has(predicted, entity) ? "right" : "missed";
    return { ...entity, lane: goldLanes[place], verdict };
  });
  const predictedLanes = stack(predicted ?? []);
  const found = (predicted ?? []).map((entity, place): Bar => {
    const verdict = has(entities, entity) ? "right" : "wrong";
    return { ...entity, lane: predictedLanes[place], verdict };
  });
  return { gold, predicted: found };
}

function lanes(all: readonly Bar[]): number {
  return Math.max(0, ...all.map(({ lane }) => lane + 1));
}

const laneHeight = 17;

/** What one token shows of one lane. The first token of a bar carries its label, which may run on over the bar. */
function slice(all: readonly Bar[], lane: number, at: number, color: (type: string) => string): string {
  const bar = all.find(({ start, end, lane: own }) => own === lane && start <= at && at < end);
  if (!bar) return `<span style="display:block;height:${laneHeight}px"></span>`;
  const first = bar.start === at;
  const last = bar.end - 1 === at;
  const line = `2px ${bar.verdict === "missed" ? "dashed" : "solid"} ${color(bar.type)}`;
  const style = [
    `display:block;height:${laneHeight - 3}px;margin:1px ${last ? 2 : 0}px 2px ${first ? 2 : 0}px`,
    "font-size:10.5px;line-height:11px;white-space:nowrap;box-sizing:border-box",
    `border-top:${line};border-bottom:${line}`,
    first
      ? `border-left:${line};padding-left:3px;border-top-left-radius:4px;border-bottom-left-radius:4px`
      : "",
    last ? `border-right:${line};border-top-right-radius:4px;border-bottom-right-radius:4px` : "",
    bar.verdict === "missed" ? "" : `background:${background(color(bar.type), bar.verdict)}`,
  ];
  const label = first ? `<span style="position:relative;z-index:1">${escapeHtml(labelOf(bar))}</span>` : "";
  return `<span style="${style.filter(Boolean).join(";")}">${label}</span>`;
}

function background(color: string, verdict: Verdict): string {
  if (verdict !== "wrong") return `${color}2e`;
  return `repeating-linear-gradient(135deg,${color}40 0 3px,transparent 3px 7px)`;
}

function labelOf(bar: Bar): string {
  return marks[bar.verdict] ? `${marks[bar.verdict]} ${bar.type}` : bar.type;
}

/** Width in em that this token gives to the label of a bar, which all of its tokens share. */
function share(bar: Bar, at: number): number {
  if (at < bar.start || at >= bar.end) return 0;
  return (0.45 * textWidth(labelOf(bar)) + 0.8) / (bar.end - bar.start);
}
