import type { Entity } from "../../src/corpus/types";
import type { Label, Mark, Scene } from "../shared/scene";
import { spanText } from "../shared/text";
import { wrapToWidth } from "../shared/text-flow";
import { inkOn, shade, type Theme } from "../shared/theme";
import {
  alignTokens,
  type Column,
  type ColumnEntity,
  compareEntities,
  isSame,
  type OriginalSentence,
} from "./edit";
import { entityText, type SentenceEntity } from "./sentence-entities";
import {
  bracketFragments,
  bracketMarks,
  type Fragment,
  laneCount,
  laneHeight,
  typeColors,
} from "./sentence-scene";
import { layOutWords, monoWidth, type WordLayout, wordSize } from "./word-layout";

/** A sentence before and after an edit. */
export interface EditedSentence {
  readonly original: OriginalSentence;
  readonly tokens: readonly string[];
  readonly predicted: readonly Entity[];
  readonly types: readonly string[];
}

export interface EditSceneOptions {
  readonly width: number;
  /** Shares from 0 to 1 by which the tokens of both sentences are shaded. */
  readonly shares?: { readonly before: readonly number[] | undefined; readonly after: readonly number[] };
  /** The framed token of the edited sentence. */
  readonly chosen?: number;
  /** Whether a token of the edited sentence is a button with the value `{ proposal: token }`. */
  readonly clickable?: boolean;
}

const margin = 4;
const labelWidth = 62;
const wordHeight = 21;
const lineGap = 14;
const titleHeight = 19;

/**
 * The original sentence above the edited one, token below token. Deleted and replaced tokens are struck out, inserted ones underlined.
 * Brackets are predicted entities: those of the original above with lost ones dashed, those of the edited sentence below with gained
 * ones filled.
 */
export function editScene(edited: EditedSentence, options: EditSceneOptions, theme: Theme): Scene {
  const { original, tokens, predicted, types } = edited;
  const columns = alignTokens(original.tokens, tokens);
  const entities = compareEntities(columns, original.predicted, predicted);
  const texts = columns.map(({ before, after }) => {
    const both = [before === null ? "" : original.tokens[before], after === null ? "" : tokens[after]];
    return both.reduce((longest, text) =>
      monoWidth(text, wordSize) > monoWidth(longest, wordSize) ? text : longest,
    );
  });
  const [above, below] = [
    entities.before.map((one, i) => bracketEntity(one, "gold", i)),
    entities.after.map((one, i) => bracketEntity(one, "predicted", i)),
  ];
  const required = [...above, ...below].map(({ start, end, type }) => {
    return { start, end, width: Math.ceil(monoWidth(`+ ${type}`, 10)) + 8 };
  });
  const layout = layOutWords(texts, required, options.width - 2 * margin - labelWidth, false);
  const fragments = [above, below].map((side) => bracketFragments(side, layout, editMark));
  const context = { theme, options: {}, color: typeColors(types, theme), tokens: texts };
  const summary = summaryOf(edited, entities);
  const titles = wrapToWidth(summary, options.width - 2 * margin, 13, true);
  const marks: Mark[] = titles.map((text, i): Mark => {
    return { mark: "text", x: margin, y: i * titleHeight + 15, text, color: theme.ink, size: 13, bold: true };
  });
  let top = titles.length * titleHeight + 8;
  for (const line of layout.lines.keys()) {
    const [over, under] = fragments.map((side) => side.filter((fragment) => fragment.line === line));
    const beforeTop = top + laneCount(over) * laneHeight;
    const afterTop = beforeTop + wordHeight + 3;
    const shift = (one: Fragment): Fragment => ({
      ...one,
      left: one.left + labelWidth,
      right: one.right + labelWidth,
    });
    for (const one of over)
      marks.push(...bracketMarks(shift(one), beforeTop - (one.lane + 1) * laneHeight, context));
    const rows = { columns, edited, layout, options, theme };
    marks.push(...rowMarks(rows, line, beforeTop, "before"), ...rowMarks(rows, line, afterTop, "after"));
    for (const one of under)
      marks.push(...bracketMarks(shift(one), afterTop + wordHeight + one.lane * laneHeight, context));
    top = afterTop + wordHeight + laneCount(under) * laneHeight + lineGap;
  }
  return { width: options.width, height: top, marks };
}

/** Lost entities look like missed ones, gained ones are filled, and kept ones are outlined. */
function bracketEntity(
  { entity, start, end, kept }: ColumnEntity,
  side: "gold" | "predicted",
  index: number,
): SentenceEntity {
  const changed = side === "gold" ? "missed" : "right";
  return { ...entity, start, end, side, id: `${side} ${index}`, ...(kept ? {} : { verdict: changed }) };
}

function editMark({ side, verdict }: SentenceEntity): string {
  if (verdict === undefined) return "";
  return side === "gold" ? "–" : "+";
}

/** "The edit gains (3, 4, protein) IL-4 gene, and loses no entity." @param subject what causes the change */
export function editText(edited: Omit<EditedSentence, "types">, subject: string = "The edit"): string {
  const { original, tokens, predicted } = edited;
  const columns = alignTokens(original.tokens, tokens);
  return summaryOf(edited, compareEntities(columns, original.predicted, predicted), subject);
}

function summaryOf(
  { original, tokens }: Pick<EditedSentence, "original" | "tokens">,
  entities: { readonly before: readonly ColumnEntity[]; readonly after: readonly ColumnEntity[] },
  subject: string = "The edit",
): string {
  const names = (entities: readonly ColumnEntity[], words: readonly string[]): string =>
    entities
      .filter(({ kept }) => !kept)
      .map(({ entity }) => `${entityText(entity)} ${spanText(words, entity)}`)
      .join(", ") || "no entity";
  return `${subject} gains ${names(entities.after, tokens)}, and loses ${names(entities.before, original.tokens)}.`;
}

interface Rows {
  readonly columns: readonly Column[];
  readonly edited: EditedSentence;
  readonly layout: WordLayout;
  readonly options: EditSceneOptions;
  readonly theme: Theme;
}

function rowMarks(
  { columns, edited, layout, options, theme }: Rows,
  line: number,
  top: number,
  side: "before" | "after",
): Mark[] {
  const words = side === "before" ? edited.original.tokens : edited.tokens;
  const shares = options.shares?.[side];
  const { from, to } = layout.lines[line];
  const name = side === "before" ? "original" : "edited";
  const marks: Mark[] = [{ mark: "text", x: margin, y: top + 15, text: name, color: theme.faint, size: 11 }];
  for (let i = from; i < to; i++) {
    const token = columns[i][side];
    if (token === null) continue;
    const { left, right } = layout.words[i];
    const box = { x: margin + labelWidth + left - 2, y: top, width: right - left + 4, height: wordHeight };
    const after = columns[i].after;
    const button =
      options.clickable && after !== null
        ? { value: { proposal: after }, title: `${token} ${words[token]}`, tab: false }
        : {};
    const share = shares?.[token];
    if (share !== undefined)
      marks.push({ mark: "rect", ...box, fill: shade(theme, share), radius: 2, ...button });
    const width = Math.min(monoWidth(words[token], wordSize), right - left);
    const color = share === undefined ? theme.ink : inkOn(theme, share);
    const x = margin + labelWidth + (left + right - width) / 2;
    const changed = !isSame(columns[i], edited.original.tokens, edited.tokens);
    const word: Label = {
      mark: "text",
      x,
      y: top + 15,
      text: words[token],
      color,
      size: wordSize,
      width,
      mono: true,
    };
    marks.push({ ...word, bold: changed && side === "after", ...button });
    if (changed) marks.push(changeMark(x, width, top, side, theme));
    if (side === "after" && token === options.chosen)
      marks.push({ mark: "rect", ...box, radius: 3, stroke: theme.chosen, strokeWidth: 2 });
  }
  return marks;
}

function changeMark(x: number, width: number, top: number, side: "before" | "after", theme: Theme): Mark {
  const [y, stroke] = side === "before" ? [top + 11, theme.wrong] : [top + 19, theme.right];
  return { mark: "path", d: `M${x.toFixed(1)},${y} h${width.toFixed(1)}`, stroke, strokeWidth: 2 };
}
