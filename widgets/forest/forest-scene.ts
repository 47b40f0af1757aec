import type { Difference, DifferenceResults, Outcome } from "../../src/experiments/difference-types";
import { intervalPath, type Mark, type Scene } from "../shared/scene";
import { shortenTo } from "../shared/text";
import { estimateWidth, wrapToWidth } from "../shared/text-flow";
import type { Theme } from "../shared/theme";
import { differenceText, intervalText, pText, signed } from "./forest-text";

const size = 12.5;
const margin = 6;
const titleHeight = 20;
const rowHeight = 26;
const axisHeight = 34;
const noteHeight = 15;
/** On a narrower page, the texts of a row are above its interval. */
const narrowPage = 640;
const gap = 16;
const boxSize = 9;

/**
 * A row per setting with its difference, interval, p value and outcome. The band is the smallest effect of interest: differences
 * whose interval lies in it are too small to matter. A filled square is a difference or an equivalence that the runs show, an open
 * circle one that they leave undecided.
 */
export function forestScene(
  results: DifferenceResults,
  rows: readonly Difference[],
  theme: Theme,
  width: number,
): Scene {
  const isNarrow = width < narrowPage;
  const severalCorpora = new Set(rows.map(({ corpus }) => corpus)).size > 1;
  const fullNames = rows.map((one) => (severalCorpora ? `${one.setting} (${one.corpus})` : one.setting));
  const narrowTexts = rows.map((one) => `${signed(one.estimate)}  ${one.outcome}`);
  const longest = isNarrow ? width - 2 * margin - gap - widestOf(narrowTexts) : 0.3 * width;
  const names = fullNames.map((name) => shortenTo(name, longest, (text) => estimateWidth(text, 1.1 * size)));
  const titles = [summaryOf(results, rows), ...(results.note ? [results.note] : [])].flatMap((text, i) =>
    wrapToWidth(text, width - 2 * margin, 13, i === 0).map((line) => ({ line, bold: i === 0 })),
  );
  const marks: Mark[] = titles.map(({ line, bold }, i): Mark => {
    return { mark: "text", x: margin, y: i * titleHeight + 15, text: line, color: theme.ink, size: 13, bold };
  });
  const columns = columnsOf(rows, names);
  const left = isNarrow ? margin + 10 : margin + columns.name + gap;
  const right = isNarrow ? width - margin - 10 : width - margin - columns.numbers - columns.outcome - 2 * gap;
  const scale = scaleOf(results, rows, left, right);
  const height = isNarrow ? 2 * rowHeight : rowHeight;
  const top = titles.length * titleHeight + 30;
  const bottom = top + rows.length * height;
  for (let i = 1; i < rows.length; i++)
    marks.push({ mark: "path", d: `M0,${top + i * height} H${width}`, stroke: theme.grid });
  marks.push(...frameMarks(results, scale, top, bottom, theme));
  const notes = wrapToWidth(noteOf(results), width - 2 * margin, 11);
  for (const [i, text] of notes.entries()) {
    const y = bottom + axisHeight + 12 + i * noteHeight;
    marks.push({ mark: "text", x: margin, y, text, color: theme.faint, size: 11 });
  }
  for (const [i, one] of rows.entries()) {
    const rowTop = top + i * height;
    const textY = rowTop + 17;
    const middle = isNarrow ? rowTop + rowHeight + 8 : rowTop + rowHeight / 2;
    const color = outcomeColor(one.outcome, theme);
    const label = { mark: "text", y: textY, size, color: theme.ink } as const;
    const title = [
      fullNames[i],
      differenceText(one),
      intervalText(one),
      pText(one),
      one.outcome,
      `${one.seeds} seeds`,
    ]
      .filter(Boolean)
      .join(", ");
    marks.push({ ...label, x: margin, text: names[i], bold: isDecided(one.outcome) });
    if (isNarrow) {
      marks.push({ ...label, x: width - margin, text: narrowTexts[i], anchor: "end" });
    } else {
      const numbers = `${signed(one.estimate)}  ${intervalText(one)}  ${pText(one)}`.trimEnd();
      marks.push({ ...label, x: right + gap, text: numbers });
      marks.push({
        ...label,
        x: width - margin - columns.outcome,
        text: one.outcome,
        color,
        bold: isDecided(one.outcome),
      });
    }
    marks.push(...intervalMarks(one, scale, middle, color, theme));
    marks.push({ mark: "rect", x: 0, y: rowTop, width, height, fill: "#00000000", title });
  }
  return { width, height: bottom + axisHeight + notes.length * noteHeight + 6, marks };
}

/** "Of 6 settings, 2 are worse than the full model, 1 is equivalent (less than 0.5 F1 apart), 3 are undecided." */
export function summaryOf(
  { reference, smallestEffect }: DifferenceResults,
  differences: readonly Difference[],
): string {
  if (!differences.length) return `No setting is compared with “${reference}”.`;
  const phrases: Readonly<Record<Outcome, string>> = {
    better: "better",
    worse: "worse",
    equivalent: `equivalent (less than ${smallestEffect} F1 apart)`,
    undecided: "undecided",
    "too few seeds": "without enough seeds",
  };
  const parts = (Object.keys(phrases) as Outcome[]).flatMap((outcome) => {
    const { length } = differences.filter((one) => one.outcome === outcome);
    return length ? [`${length} ${length === 1 ? "is" : "are"} ${phrases[outcome]}`] : [];
  });
  const comparisons = differences.length === 1 ? "Of 1 comparison" : `Of ${differences.length} comparisons`;
  return `${comparisons} with “${reference}”, ${parts.join(", ")}.`;
}

/** Explains the numbers and the band. */
function noteOf({ smallestEffect, level }: DifferenceResults): string {
  return (
    `Lines: ${100 * level} % intervals over seeds and sentences. p: corrected by Holm's method. ` +
    `Band: ±${smallestEffect} F1, the smallest effect of interest; a difference within it is too small to matter.`
  );
}

function isDecided(outcome: Outcome): boolean {
  return outcome === "better" || outcome === "worse" || outcome === "equivalent";
}

function outcomeColor(outcome: Outcome, theme: Theme): string {
  switch (outcome) {
    case "better":
      return theme.right;
    case "worse":
      return theme.wrong;
    case "equivalent":
      return theme.series[0];
    case "undecided":
    case "too few seeds":
      return theme.faint;
  }
}

function widestOf(texts: readonly string[]): number {
  return Math.max(0, ...texts.map((text) => estimateWidth(text, 1.1 * size)));
}

function columnsOf(
  differences: readonly Difference[],
  names: readonly string[],
): { readonly name: number; readonly numbers: number; readonly outcome: number } {
  return {
    name: widestOf(names),
    numbers: widestOf(
      differences.map((one) => `${signed(one.estimate)}  ${intervalText(one)}  ${pText(one)}`),
    ),
    outcome: widestOf(differences.map(({ outcome }) => outcome)),
  };
}

/** Pixels between ticks, at least. */
const tickDistance = 52;

interface Scale {
  readonly left: number;
  readonly right: number;
  readonly ticks: readonly number[];
  /** The horizontal position of a difference. */
  pixel(value: number): number;
}

/** A scale with 0, the smallest effect and all intervals. */
function scaleOf(
  { smallestEffect }: DifferenceResults,
  differences: readonly Difference[],
  left: number,
  right: number,
): Scale {
  const values = differences.flatMap(({ estimate, interval }) => [
    estimate,
    interval?.low ?? estimate,
    interval?.high ?? estimate,
  ]);
  const [low, high] = [Math.min(-smallestEffect, ...values), Math.max(smallestEffect, ...values)];
  const margins = 0.04 * (high - low);
  const [from, to] = [low - margins, high + margins];
  const targetStep = (to - from) / Math.max(2, Math.floor((right - left) / tickDistance));
  const power = 10 ** Math.floor(Math.log10(targetStep));
  const step = power * ([1, 2, 5, 10].find((factor) => targetStep <= factor * power) ?? 10);
  const first = Math.ceil(from / step);
  const ticks = Array.from({ length: Math.floor(to / step) - first + 1 }, (_, i) => (first + i) * step);
  return { left, right, ticks, pixel: (value) => left + ((value - from) / (to - from)) * (right - left) };
}

/** The band of the smallest effect, the zero line, the ticks and the names of both directions. */
function frameMarks(
  { smallestEffect, reference }: DifferenceResults,
  { pixel, ticks, left, right }: Scale,
  top: number,
  bottom: number,
  theme: Theme,
): Mark[] {
  const [from, to] = [pixel(-smallestEffect), pixel(smallestEffect)];
  const zero = pixel(0);
  const small = { mark: "text", size: 10.5, color: theme.faint } as const;
  const digits = ticks.every(Number.isInteger) ? 0 : 1;
  const sides = ["← worse", `better than ${reference} →`];
  const fits = right - zero > estimateWidth(sides[1], 10.5) && zero - left > estimateWidth(sides[0], 10.5);
  return [
    { mark: "rect", x: from, y: top, width: to - from, height: bottom - top, fill: theme.grid },
    { mark: "path", d: `M${zero.toFixed(1)},${top} V${bottom}`, stroke: theme.ink },
    ...ticks.map((tick): Mark => {
      return { ...small, x: pixel(tick), y: bottom + 14, text: signed(tick, digits), anchor: "middle" };
    }),
    { mark: "path", d: `M${left},${bottom} H${right}`, stroke: theme.faint },
    { ...small, x: (left + right) / 2, y: bottom + 29, text: "difference in F1", anchor: "middle" },
    ...(fits
      ? ([
          { ...small, x: zero - 6, y: top - 6, text: sides[0], anchor: "end" },
          { ...small, x: zero + 6, y: top - 6, text: sides[1] },
        ] as const)
      : []),
  ];
}

function intervalMarks(
  { estimate, interval, outcome }: Difference,
  { pixel }: Scale,
  y: number,
  color: string,
  theme: Theme,
): Mark[] {
  const x = pixel(estimate);
  const half = boxSize / 2;
  const bar: Mark[] = interval
    ? [
        {
          mark: "path",
          d: intervalPath(pixel(interval.low), pixel(interval.high), y),
          stroke: color,
          strokeWidth: 2,
        },
      ]
    : [];
  const box = { mark: "rect", x: x - half, y: y - half, width: boxSize, height: boxSize } as const;
  return [
    ...bar,
    isDecided(outcome)
      ? { ...box, fill: color }
      : { ...box, fill: theme.paper, stroke: color, strokeWidth: 2, radius: half },
  ];
}
