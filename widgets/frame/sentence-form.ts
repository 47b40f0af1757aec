import type { AnotherSentence, WidgetContent } from "../shared/another-sentence";
import { KernelClient } from "../shared/kernel-client";
import { make } from "./page";

/**
 * A form in which the reader types a sentence, for which the kernel then makes the widget.
 * @returns undefined if no kernel can be asked
 */
export async function sentenceForm(
  another: AnotherSentence | undefined,
  show: (content: WidgetContent) => void,
  announce: (text: string) => void,
): Promise<HTMLElement | undefined> {
  if (!another) return undefined;
  const client = new KernelClient(another.address);
  if (!(await client.available())) return undefined;
  const input = make("input", "", { type: "text", placeholder: "tokens separated by spaces" });
  const button = make("button", "", { type: "submit" }, "run the model");
  const status = make("span", "pnr-note", { role: "status" });
  const label = make("label", "", {}, "your own sentence", input);
  const form = make("form", "pnr-another", {}, label, button, status);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    status.textContent = "running …";
    try {
      show(await client.ask(another.question, { text: input.value }));
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
