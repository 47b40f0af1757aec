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
  const cells = sentence.tokens.map((token, at) => cell(token, at, gold, predicted, color));
  const legend = sentence.predicted
    ? "above: gold (dashed: missed) · below: predicted (✓ right, ✗ wrong)"
    : "gold entities";
  return `<div role="img" aria-label="${escapeHtml(sentenceText(sentence))}" style="isolation:isolate;font-size:14px;text-align:left">
<div style="font-size:11px;opacity:0.7;margin-bottom:4px">${legend}</div>
<div style="line-height:${wordHeight}px">${cells.join("")}</div></div>`;
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

type Color = (type: string) => string;

const wordHeight = 20;
const laneHeight = 16;

/**
 * A word with its slices of the bars above and below. It takes only the room that its own bars need: words stand on
 * one line by their baseline, which aligns the lanes too, and a line without bars is an ordinary line.
 */
function cell(
  token: string,
  at: number,
  gold: readonly Bar[],
  predicted: readonly Bar[],
  color: Color,
): string {
  const covers = ({ start, end }: Bar): boolean => start <= at && at < end;
  const [above, below] = [gold.filter(covers), predicted.filter(covers)];
  const [top, bottom] = [room(above), room(below)];
  const slices = [
    ...above.map((bar) => slice(bar, at, top - (bar.lane + 1) * laneHeight, color)),
    ...below.map((bar) => slice(bar, at, top + wordHeight + bar.lane * laneHeight, color)),
  ];
  const width = Math.max(0, ...[...above, ...below].map(labelShare));
  const style = `display:inline-block;position:relative;padding:${top}px 0 ${bottom}px;min-width:${width.toFixed(1)}em;margin-bottom:4px`;
  const word = `<span style="padding:0 5px;white-space:pre">${escapeHtml(token)}</span>`;
  return `<span style="${style}" title="token ${at}">${word}${slices.join("")}</span>`;
}

/** Height in pixels of the lanes that these bars reach. */
function room(all: readonly Bar[]): number {
  return Math.max(0, ...all.map(({ lane }) => lane + 1)) * laneHeight;
}

/** What one word shows of a bar. The first slice carries the label, which runs on over the next ones. */
function slice(bar: Bar, at: number, top: number, color: Color): string {
  const first = bar.start === at;
  const last = bar.end - 1 === at;
  const line = `2px ${bar.verdict === "missed" ? "dashed" : "solid"} ${color(bar.type)}`;
  const style = [
    `position:absolute;top:${top + 1}px;left:${first ? 2 : 0}px;right:${last ? 2 : 0}px;height:${laneHeight - 2}px`,
    "box-sizing:border-box;font-size:10.5px;line-height:10px;white-space:nowrap",
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

/** Width in em that each word of a bar gives to its label. */
function labelShare(bar: Bar): number {
  return (0.45 * textWidth(labelOf(bar)) + 0.8) / (bar.end - bar.start);
}
