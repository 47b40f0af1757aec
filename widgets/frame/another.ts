import type { Another, Made } from "../shared/another";
import { KernelClient } from "../shared/kernel-client";
import { make } from "./page";

/**
 * A field in which the reader types a sentence that the kernel then makes the widget for.
 * @returns undefined where no kernel can be asked: the widget stays what it is
 */
export async function anotherField(
  another: Another | undefined,
  show: (made: Made) => void,
  say: (text: string) => void,
): Promise<HTMLElement | undefined> {
  if (!another) return undefined;
  const client = new KernelClient(another.address);
  if (!(await client.available())) return undefined;
  const input = make("input", "", { type: "text", placeholder: "words, and marks, apart by spaces" });
  const button = make("button", "", { type: "submit" }, "ask the model");
  const answer = make("span", "pnr-note", { role: "status" });
  const form = make(
    "form",
    "pnr-another",
    {},
    make("label", "", {}, "another sentence", input),
    button,
    answer,
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    answer.textContent = "the model reads …";
    try {
      show(await client.ask(another.question, { text: input.value }));
      answer.textContent = "";
    } catch (error) {
      answer.textContent = error instanceof Error ? error.message : String(error);
      say(answer.textContent);
    } finally {
      button.disabled = false;
    }
  });
  return form;
}
