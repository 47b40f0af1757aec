import { pageControls, toggle } from "../shared/controls";
import { display } from "../shared/display";
import { fittingWidth } from "../shared/figure";
import type { Theme } from "../shared/theme";
import type { DataTable, Part, Widget, WidgetInstance } from "../shared/widget";
import { packSentence, sentenceTable, sentenceText } from "./sentence";
import { type AnnotatedSentence, sentenceEntities } from "./sentence-entities";
import { sentenceScene } from "./sentence-scene";
import { initialState, type SentenceData } from "./sentence-state";

interface State {
  /** Counts from 0. */
  readonly page: number;
  readonly positions: boolean;
}

type Data = readonly SentenceData[];

const perPage = 10;

/** Sentences with their gold and predicted entities as stacked brackets, a page at a time. */
export const sentencesWidget: Widget<readonly AnnotatedSentence[], State, Data> = {
  kind: "sentences",
  open: (packed) => packed.map((sentence) => ({ sentence, entities: sentenceEntities(sentence) })),
  title: (data, { page }) => {
    const last = Math.min(data.length, (page + 1) * perPage);
    const range = data.length > perPage ? `${page * perPage + 1}–${last} of ` : "";
    return `${range}${data.length} sentences with their entities`;
  },
  build: (data, state, theme, available) =>
    pageOf(data, state).map((one) => partOf(one, state, theme, available)),
  text: (data, state) =>
    pageOf(data, state)
      .map((one) => sentenceText(one, initialState(one.sentence)))
      .join("\n\n"),
  table,
  view: {
    controls: (data, { page, positions }) => [
      ...pageControls(page, Math.ceil(data.length / perPage)),
      toggle("positions", "positions", positions),
    ],
    change: (_, state, control, value) => {
      if (control === "page") return { ...state, page: Number(value) - 1 };
      return control === "positions" ? { ...state, positions: value === true } : state;
    },
  },
};

function pageOf(data: Data, { page }: State): Data {
  return data.slice(page * perPage, (page + 1) * perPage);
}

function partOf({ sentence }: SentenceData, { positions }: State, theme: Theme, available?: number): Part {
  const width = fittingWidth(available);
  return { scene: sentenceScene(sentence, { width, positions, probabilities: true }, theme) };
}

/** One row per entity of all sentences. */
function table(data: Data): DataTable {
  const tables = data.map((one) => sentenceTable(one, initialState(one.sentence)).columns);
  const names = new Set(tables.flatMap((columnsOf) => Object.keys(columnsOf)));
  const columns = [...names].map((name) => {
    const cells = tables.flatMap((columnsOf) => columnsOf[name] ?? columnsOf.type.map(() => null));
    return [name, cells] as const;
  });
  return {
    name: "sentences",
    columns: {
      sentence: tables.flatMap(({ type }, index) => type.map(() => index)),
      ...Object.fromEntries(columns),
    },
    fractions: ["probability"],
  };
}

/**
 * Sentences with their gold and predicted entities as stacked brackets, ten per page.
 * @throws RangeError without sentences, or for an entity outside its sentence
 */
export function sentences(
  annotated: readonly AnnotatedSentence[],
): WidgetInstance<readonly AnnotatedSentence[], State, Data> {
  if (!annotated.length) throw new RangeError("sentences: the list is empty");
  for (const one of annotated) initialState(one);
  return {
    widget: sentencesWidget,
    packed: annotated.map(packSentence),
    state: { page: 0, positions: true },
  };
}

/** Shows {@link sentences} in the running cell; outside a notebook, prints their text description. */
export async function showSentences(annotated: readonly AnnotatedSentence[]): Promise<void> {
  await display(sentences(annotated));
}
