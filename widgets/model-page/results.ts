import type * as widgetsModule from "../browser";
import type { Mountable, Plotly } from "../browser";
import { make } from "../frame/page";
import { isEdit } from "../sentence/edit";
import { editText } from "../sentence/edit-scene";
import type { ModelResult, ReadSentence } from "./model-runner";
import { interventionText, type ModelSize, type PageState } from "./page-state";

/** The functions of the widgets. */
export type Widgets = Pick<typeof widgetsModule, "attention" | "mount" | "sentence" | "trajectories">;

/** A part of the results: a heading, an explanation, and a widget. */
interface Section {
  readonly title: string;
  readonly note?: string;
  readonly widget?: Mountable;
}

/** The results of the model as widgets. */
export class Results {
  readonly element: HTMLElement = make("section", "results", { "aria-label": "results" });
  private unmount: (() => void)[] = [];

  /** @param choose is called with the index of a sentence that the reader chose */
  constructor(
    private readonly widgets: Widgets,
    private readonly types: readonly string[],
    private readonly size: ModelSize,
    private readonly plotly: Plotly,
    private readonly choose: (sentence: number) => void,
  ) {}

  /** Replaces what is shown. */
  async show(result: ModelResult, state: PageState): Promise<void> {
    const sections = sectionsOf(result, state, this.widgets, this.types, this.size);
    const next = make("div", "");
    // Widgets measure their width, so they must be in the page; the old ones stay visible until the new ones are drawn.
    next.style.cssText = "height:0;overflow:hidden";
    this.element.append(next);
    if (result.sentences.length > 1) next.append(this.sentenceList(result));
    const unmount: (() => void)[] = [];
    try {
      for (const { title, note, widget } of sections) {
        next.append(make("h2", "", {}, title));
        if (note) next.append(make("p", "note", {}, note));
        if (!widget) continue;
        const place = make("div", "widget");
        next.append(place);
        unmount.push(await this.widgets.mount(place, widget, this.plotly));
      }
    } catch (error) {
      for (const remove of unmount) remove();
      next.remove();
      throw error;
    }
    this.clear();
    this.unmount = unmount;
    for (const element of [...this.element.children]) if (element !== next) element.remove();
    next.style.cssText = "";
  }

  private clear(): void {
    for (const remove of this.unmount) remove();
    this.unmount = [];
  }

  private sentenceList({ sentences, chosen }: ModelResult): HTMLElement {
    const items = sentences.map((one, index) => {
      const button = make("button", "", { type: "button" }, labelOf(one));
      if (index === chosen) button.setAttribute("aria-current", "true");
      button.addEventListener("click", () => this.choose(index));
      return make("li", "", {}, button);
    });
    return make("ol", "sentences", { "aria-label": "sentences" }, ...items);
  }
}

function labelOf({ sentence: { text }, entities }: ReadSentence): string {
  const count = entities.length === 1 ? "1 entity" : `${entities.length} entities`;
  return `${text.replace(/\s+/g, " ")} (${count})`;
}

function sectionsOf(
  { sentences, chosen, trace, asTrained, original }: ModelResult,
  state: PageState,
  { attention, sentence, trajectories }: Widgets,
  types: readonly string[],
  size: ModelSize,
): Section[] {
  const { tokens } = trace;
  const { entities } = sentences[chosen];
  const entitiesOf = (predicted: ReadSentence["entities"]): Mountable =>
    sentence({ tokens, predicted, types }, { positions: false });
  const before = original && isEdit(original.tokens, tokens) ? original : undefined;
  const compared = asTrained && state.layers === size.layers ? asTrained.trace : undefined;
  return [
    {
      title: asTrained ? `Entities ${interventionText(state, size)}` : "Entities",
      note:
        asTrained &&
        editText(
          { original: { tokens, predicted: asTrained.entities }, tokens, predicted: entities },
          "This",
        ),
      widget: entitiesOf(entities),
    },
    ...(asTrained ? [{ title: "Entities as trained", widget: entitiesOf(asTrained.entities) }] : []),
    { title: "Trajectories", widget: trajectories(trace, { judged: false, original: before }) },
    ...(state.layers > 0
      ? [
          {
            title: "Attention",
            widget: compared
              ? attention(compared, { second: trace, names: ["as trained", interventionText(state, size)] })
              : attention(trace, { original: before }),
          },
        ]
      : []),
  ];
}
