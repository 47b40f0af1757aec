import type { AnotherSentence, WidgetContent } from "../shared/another-sentence";
import type { KernelClient } from "../shared/kernel-client";
import type { Tracer } from "../shared/widget";
import { embeddedModel } from "./embedded-model";
import { make } from "./page";

/** Makes the content of a widget for a text. @param state the widget's current state */
type Run = (text: string, state: object) => Promise<WidgetContent>;

/** The part of a widget that a form uses. */
export interface EditableWidget {
  /** The current state. */
  state(): object;
  /** Makes the content for a text by a model in the page; absent for a widget that shows no trace. */
  readonly retrace?: (model: Tracer, text: string, state: object) => Promise<WidgetContent>;
  show(content: WidgetContent): void;
  announce(text: string): void;
}

/**
 * A form in which the reader edits the sentence or types another one. The kernel, or else the model in the page, makes the widget
 * for it.
 * @returns undefined if there is neither
 */
export async function sentenceForm(
  another: AnotherSentence | undefined,
  client: KernelClient,
  widget: EditableWidget,
): Promise<HTMLElement | undefined> {
  const run = another && ((await runInKernel(another, client)) ?? runInPage(another, widget));
  if (!run) return undefined;
  const input = make("input", "", { type: "text", value: another.text });
  const button = make("button", "", { type: "submit" }, "run the model");
  const status = make("span", "pnr-note", { role: "status" });
  const label = make("label", "", {}, "your own sentence", input);
  const form = make("form", "pnr-another", {}, label, button, status);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    status.textContent = "running …";
    await new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)));
    try {
      widget.show(await run(input.value, widget.state()));
      status.textContent = "";
    } catch (error) {
      status.textContent = error instanceof Error ? error.message : String(error);
      widget.announce(status.textContent);
    } finally {
      button.disabled = false;
    }
  });
  return form;
}

async function runInKernel({ question }: AnotherSentence, client: KernelClient): Promise<Run | undefined> {
  if (!question || !(await client.available())) return undefined;
  return (text, state) => client.ask(question, { text, state });
}

function runInPage({ model }: AnotherSentence, { retrace }: EditableWidget): Run | undefined {
  const load = model && embeddedModel(model);
  if (!load || !retrace) return undefined;
  return async (text, state) => retrace(await load(), text, state);
}
