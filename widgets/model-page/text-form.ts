import { make } from "../frame/page";

/**
 * The field for the text, with a button and examples. Enter submits, Shift-Enter begins a new line.
 *
 * @param submit is called when the field holds a text to read
 */
export function textForm(
  input: HTMLTextAreaElement,
  examples: readonly string[],
  submit: () => void,
): HTMLFormElement {
  const button = make("button", "primary", { type: "submit" }, "find entities");
  const form = make("form", "text", {}, make("label", "", { for: input.id }, "text"), input, button);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  input.addEventListener("keydown", (event) => {
    // While an input method composes characters, Enter accepts them.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    submit();
  });
  const choose = (example: string): void => {
    input.value = example;
    submit();
  };
  if (examples.length > 1) form.append(exampleList(examples, choose));
  return form;
}

function exampleList(examples: readonly string[], choose: (example: string) => void): HTMLElement {
  const select = make("select", "", {}, make("option", "", { value: "" }, "choose …"));
  for (const example of examples) select.append(make("option", "", { value: example }, example));
  select.addEventListener("change", () => {
    if (select.value) choose(select.value);
    select.value = "";
  });
  return make("label", "", {}, "examples", select);
}
