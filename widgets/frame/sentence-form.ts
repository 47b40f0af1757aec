import type { AnotherSentence, WidgetContent } from "../shared/another-sentence";
import type { KernelClient } from "../shared/kernel-client";
import { make } from "./page";

/**
 * A form in which the reader edits the sentence or types another, for which the kernel then makes the widget.
 * @param shown the widget's current state
 * @returns undefined if no kernel can be asked
 */
export async function sentenceForm(
  another: AnotherSentence | undefined,
  client: KernelClient,
  shown: () => object,
  show: (content: WidgetContent) => void,
  announce: (text: string) => void,
): Promise<HTMLElement | undefined> {
  if (!another || !(await client.available())) return undefined;
  const input = make("input", "", { type: "text", value: another.text });
  const button = make("button", "", { type: "submit" }, "run the model");
  const status = make("span", "pnr-note", { role: "status" });
  const label = make("label", "", {}, "your own sentence", input);
  const form = make("form", "pnr-another", {}, label, button, status);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    status.textContent = "running …";
    try {
      show(await client.ask(another.question, { text: input.value, state: shown() }));
      status.textContent = "";
    } catch (error) {
      status.textContent = error instanceof Error ? error.message : String(error);
      announce(status.textContent);
    } finally {
      button.disabled = false;
    }
  });
  return form;
}
