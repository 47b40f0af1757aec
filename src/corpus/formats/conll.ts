import { InputError } from "../../base/errors";
import type { Line } from "../../base/streams";
import type { Sentence } from "../types";
import { type Entity, withoutRepeats } from "../types";
import { type Placed, withContexts } from "./contexts";
import { headFirst, layoutOf } from "./layout";
import type { Column, ReadOptions } from "./options";
import type { Reading } from "./reading";
import { asReleased } from "./released";
import { type Block, blocksOf } from "./rows";
import { TagDecoder } from "./tags";

/**
 * Reads column files: a token a line, its tags in one column (CoNLL-2003) or in several, one for each level of nesting; IOB1,
 * IOB2, BIOES, BMES and BILOU. A sentence's id is the line it begins on.
 * @throws CorpusError for what is no such file
 */
export function readColumns(
  lines: AsyncIterable<Line>,
  file: string,
  options: ReadOptions,
  reading: Reading,
): AsyncGenerator<Sentence> {
  return withContexts(placedSentences(lines, file, options, reading));
}

async function* placedSentences(
  lines: AsyncIterable<Line>,
  file: string,
  options: ReadOptions,
  reading: Reading,
): AsyncGenerator<Placed> {
  const decoder = new TagDecoder();
  let layout = options.columns && checkedLayout(options.columns);
  for await (const item of headFirst(blocksOf(lines, file, reading))) {
    const blocks = "head" in item ? item.head : [item];
    layout ??= layoutOf(blocks, file, options.from === "nested", reading);
    for (const block of blocks) {
      const sentence = sentenceOf(block, layout, file, options, decoder, reading);
      if (sentence) yield sentence;
    }
  }
  decoder.report(reading);
}

/** @throws InputError where the columns lack a token or a tag, or have two of a kind that goes once */
function checkedLayout(columns: readonly Column[]): readonly Column[] {
  const count = (kind: Column): number => columns.filter((column) => column === kind).length;
  if (count("token") !== 1 || count("pos") > 1 || count("tag") < 1)
    throw new InputError("columns: need one token, at most one pos, and one or more of tag");
  return columns;
}

function sentenceOf(
  block: Block,
  layout: readonly Column[],
  file: string,
  options: ReadOptions,
  decoder: TagDecoder,
  reading: Reading,
): Placed | undefined {
  const { rows } = block;
  const { line } = rows[0];
  if (options.asReleased && !block.ended) {
    reading.repaired("last sentences without a blank line behind them, lost as released", `line ${line}`);
    return undefined;
  }
  if (rows[0].cells.length !== layout.length)
    throw new InputError(
      `${file}: line ${line}: has ${rows[0].cells.length} columns, but ${layout.length} were named; name all`,
    );
  const cells = (kind: Column): string[][] =>
    layout.flatMap((column, at) => (column === kind ? [rows.map((row) => row.cells[at])] : []));
  const [tokens] = cells("token");
  const [pos] = cells("pos");
  try {
    const entities = cells("tag").flatMap((tags): readonly Entity[] => {
      const whole = decoder.decode(tags, (at) => ({ file, line: rows[at].line }));
      return options.asReleased ? asReleased(tags, whole, `line ${line}`, reading) : whole;
    });
    const distinct = withoutRepeats(entities);
    reading.repaired("entities given twice, kept once", `line ${line}`, entities.length - distinct.length);
    return {
      tokens,
      pos: pos?.map((tag) => (tag === "-X-" || tag === "_" ? "X" : tag)) ?? tokens.map(() => "X"),
      entities: distinct,
      id: `line ${line}`,
      document: documentOf(block, options),
    };
  } catch (error) {
    return reading.tolerated(error);
  }
}

function documentOf({ document }: Block, { contexts = "marked" }: ReadOptions): number | undefined {
  if (contexts === "none") return undefined;
  return contexts === "file" ? (document ?? 0) : document;
}
