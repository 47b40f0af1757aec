import type { AttentionState } from "../attention/attention-state";
import type * as widgetsModule from "../browser";
import type { Mountable, Plotly } from "../browser";
import { make } from "../frame/page";
import { isEdit } from "../sentence/edit";
import { editText } from "../sentence/edit-scene";
import type { TrajectoriesState } from "../trajectories/trajectory-data";
import type { ModelResult, ModelTraces, ReadSentence } from "./model-runner";
import { interventionText, type ModelSize, type PageState } from "./page-state";

/** The functions of the widgets. */
export type Widgets = Pick<typeof widgetsModule, "attention" | "mount" | "sentence" | "trajectories">;

/** A part of the results: a heading, an explanation, and a widget. */
interface Section {
  readonly title: string;
  readonly note?: string;
  readonly widget: Mountable;
}

/** What the reader last chose in the widgets. What does not depend on the sentence stays when the text or the model changes. */
interface Choices {
  readonly attention?: AttentionState;
  readonly trajectories?: TrajectoriesState;
}

/** The results of the model as widgets. */
export class Results {
  readonly element: HTMLElement = make("section", "results", { "aria-label": "results" });
  private unmount: (() => void)[] = [];
  private choices: Choices = {};

  /** @param choose is called with the index of a sentence that the reader chose */
  constructor(
    private readonly widgets: Widgets,
    private readonly types: readonly string[],
    private readonly size: ModelSize,
    private readonly plotly: () => Promise<Plotly>,
    private readonly choose: (sentence: number) => void,
  ) {}

  /** Replaces what is shown. The first result appears part by part, entities first. */
  async show(result: ModelResult, state: PageState): Promise<void> {
    const next = make("div", "");
    const isFirst = this.element.childElementCount === 0;
    // Widgets measure their width, so they must be in the page; the old ones stay visible until the new ones are drawn.
    if (!isFirst) next.style.cssText = "height:0;overflow:hidden";
    this.element.append(next);
    if (result.sentences.length > 1) next.append(this.sentenceList(result));
    const unmount: (() => void)[] = [];
    const draw = async (sections: readonly Section[], plotly?: Plotly): Promise<void> => {
      for (const { title, note, widget } of sections) {
        next.append(make("h2", "", {}, title));
        if (note) next.append(make("p", "note", {}, note));
        const place = make("div", "widget");
        next.append(place);
        const changed = (chosen: object): void => {
          this.choices = { ...this.choices, [widget.widget.kind]: chosen };
        };
        unmount.push(await this.widgets.mount(place, widget, plotly, changed));
      }
    };
    try {
      await draw(entitySections(result, state, this.widgets, this.types, this.size));
      if (isFirst) await painted();
      performance.mark("pnr-entities");
      const traces = await result.traces();
      await draw(traceSections(traces, state, this.choices, this.widgets, this.size), await this.plotly());
    } catch (error) {
      for (const remove of unmount) remove();
      next.remove();
      throw error;
    }
    this.clear();
    this.unmount = unmount;
    const { activeElement } = document;
    const old = this.element.querySelector(".sentences");
    const scrolled = old?.scrollTop ?? 0;
    const isChoosing = !!old?.contains(activeElement);
    for (const element of [...this.element.children]) if (element !== next) element.remove();
    next.style.cssText = "";
    next.querySelector(".sentences")?.scrollTo(0, scrolled);
    if (isChoosing) next.querySelector<HTMLElement>("[aria-current]")?.focus();
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

function entitySections(
  { sentences, chosen, asTrained }: ModelResult,
  state: PageState,
  { sentence }: Widgets,
  types: readonly string[],
  size: ModelSize,
): Section[] {
  const {
    sentence: { tokens },
    entities,
  } = sentences[chosen];
  const entitiesOf = (predicted: ReadSentence["entities"]): Mountable =>
    sentence({ tokens, predicted, types }, { positions: false });
  if (!asTrained) return [{ title: "Entities", widget: entitiesOf(entities) }];
  const original = { tokens, predicted: asTrained };
  return [
    {
      title: `Entities ${interventionText(state, size)}`,
      note: editText({ original, tokens, predicted: entities }, "This"),
      widget: entitiesOf(entities),
    },
    { title: "Entities as trained", widget: entitiesOf(asTrained) },
  ];
}

function traceSections(
  { trace, asTrained, original }: ModelTraces,
  state: PageState,
  choices: Choices,
  { attention, trajectories }: Widgets,
  size: ModelSize,
): Section[] {
  const before = original && isEdit(original.tokens, trace.tokens) ? original : undefined;
  const paths = trajectories(trace, { judged: false, original: before });
  const pathsState = { ...paths.state, view: choices.trajectories?.view ?? paths.state.view };
  const sections: Section[] = [{ title: "Trajectories", widget: { ...paths, state: pathsState } }];
  if (state.layers === 0) return sections;
  const compared = asTrained && state.layers === size.layers ? asTrained : undefined;
  const { layer, head, view, others, traces } = choices.attention ?? {};
  const chosen = { layer: layer && Math.min(layer, state.layers), head, view, others, traces };
  const views = compared
    ? attention(compared, { ...chosen, second: trace, names: ["as trained", interventionText(state, size)] })
    : attention(trace, { ...chosen, original: before });
  return [...sections, { title: "Attention", widget: views }];
}

/** Waits until the browser has painted what is in the page; a hidden page is not painted. */
function painted(): Promise<void> {
  if (document.hidden) return Promise.resolve();
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}
