import type { Predictor } from "../../src/browser";
import { download } from "../frame/download";
import { latestOnly } from "../frame/mount";
import { make, type Plotly } from "../frame/page";
import { isEdit } from "../sentence/edit";
import { type Controls, modelControls } from "./controls";
import { ModelRunner } from "./model-runner";
import type { PageInfo } from "./page-parts";
import { addressOf, initialState, type ModelSize, type PageState, stateAt } from "./page-state";
import { Results, type Widgets } from "./results";
import { savedPage } from "./saved-page";
import { textForm } from "./text-form";

/** Milliseconds after the last change of a control until the model runs. */
const pause = 120;

/** Services of the page for its application. */
interface Environment {
  readonly widgets: Widgets;
  /** Loads plotly. */
  readonly plotly: () => Promise<Plotly>;
  /** Loads the packages that split English texts. */
  readonly english: () => Promise<void>;
  /** Describes the engine in one line. */
  readonly engine: string;
  /** The notices of third-party code. */
  notices(): Promise<string>;
}

/** Connects the state, which the address stores, with the text, the controls, the model and its results. */
export class Application {
  private state: PageState;
  private readonly size: ModelSize;
  private readonly input: HTMLTextAreaElement = make("textarea", "", {
    rows: "3",
    id: "text",
    spellcheck: "false",
  });
  private readonly status: HTMLElement = make("p", "status", { role: "status" });
  private readonly controls: Controls;
  private readonly results: Results;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Runs the model and shows its results. An error is one line. */
  readonly run: () => Promise<void>;

  /** Fills the page's element. */
  constructor(
    private readonly element: HTMLElement,
    predictor: Predictor,
    { title, about, examples }: PageInfo,
    { widgets, plotly, english, engine, notices }: Environment,
  ) {
    const runner = new ModelRunner(predictor, examples, english);
    const { types, model } = predictor.description;
    this.size = runner.size;
    this.results = new Results(widgets, types, this.size, plotly, (sentence) => this.change({ sentence }));
    this.controls = modelControls(this.size, model.spatial, (part) => this.change(part));
    const texts = examples.map(({ text }) => text);
    const form = textForm(this.input, texts, () => this.change({}));
    form.append(make("div", "actions", {}, ...this.buttons()));
    element.replaceChildren(
      make("header", "", {}, make("h1", "", {}, title), make("p", "note", {}, about)),
      form,
      this.controls.element,
      this.status,
      this.results.element,
      make("footer", "note", {}, engine, noticesElement(notices)),
    );
    this.run = latestOnly(async () => {
      const { state } = this;
      // Not at each step of a slider: browsers limit how often an address may change.
      history.replaceState(null, "", `#${addressOf(state, this.size)}`);
      try {
        await this.results.show(await runner.run(state), state);
        this.status.textContent = "";
      } catch (error) {
        this.status.textContent = messageOf(error);
      }
      this.results.element.removeAttribute("aria-busy");
    });
    this.state =
      stateAt(location.hash, this.size) ??
      stateAt(element.dataset.state ?? "", this.size) ??
      initialState(texts[0] ?? "", this.size);
    this.input.value = this.state.text;
    this.show(this.state);
    addEventListener("hashchange", () => this.readAddress());
  }

  private buttons(): HTMLElement[] {
    const button = (label: string, act: () => void): HTMLElement => {
      const element = make("button", "", { type: "button" }, label);
      element.addEventListener("click", act);
      return element;
    };
    return [
      button("compare edits with this text", () => this.change({ original: this.input.value })),
      button("save this page", () => {
        const page = savedPage(document, this.element, addressOf(this.typed(), this.size));
        download(new Blob([page], { type: "text/html" }), "model.html");
      }),
    ];
  }

  /** The state with the text in the field. An edited text is compared with the original; a different text replaces it. */
  private typed(): PageState {
    const { state } = this;
    const text = this.input.value;
    if (text === state.text) return state;
    const words = (whole: string): string[] => whole.split(/\s+/);
    return isEdit(words(state.original), words(text))
      ? { ...state, text }
      : { ...state, text, original: text, sentence: 0 };
  }

  private readAddress(): void {
    const next = stateAt(location.hash, this.size);
    if (!next || addressOf(next, this.size) === addressOf(this.state, this.size)) return;
    this.input.value = next.text;
    this.change(next);
  }

  private change(part: Partial<PageState>): void {
    this.show({ ...this.typed(), ...part });
    this.results.element.setAttribute("aria-busy", "true");
    clearTimeout(this.timer);
    this.timer = setTimeout(this.run, pause);
  }

  private show(state: PageState): void {
    this.state = state;
    this.controls.show(state);
  }
}

function noticesElement(notices: () => Promise<string>): HTMLElement {
  const text = make("pre", "");
  const details = make("details", "", {}, make("summary", "", {}, "licenses"), text);
  details.addEventListener("toggle", async () => {
    text.textContent ||= await notices();
  });
  return details;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
