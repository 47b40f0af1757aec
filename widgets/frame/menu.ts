import { backgroundOf, make } from "./page";

/** A thing that the menu does. */
export interface Entry {
  readonly label: string;
  run(): Promise<void>;
}

/** A button that opens a menu; arrow keys go through it, Escape closes it. */
export function menu(
  label: string,
  entries: readonly Entry[],
  failed: (message: string) => void,
): HTMLElement {
  const button = make(
    "button",
    "",
    { type: "button", "aria-haspopup": "menu", "aria-expanded": "false" },
    `${label} ▾`,
  );
  const items = entries.map((entry) =>
    make("button", "", { type: "button", role: "menuitem", tabindex: "-1" }, entry.label),
  );
  const panel = make("div", "pnr-panel", { role: "menu", "aria-label": label, hidden: "" }, ...items);
  const element = make("div", "pnr-menu", {}, button, panel);
  const open = (opened: boolean): void => {
    panel.hidden = !opened;
    button.setAttribute("aria-expanded", String(opened));
    panel.style.background = backgroundOf(element);
    (opened ? items[0] : button).focus();
  };
  button.addEventListener("click", () => open(panel.hidden !== false));
  items.forEach((item, place) => {
    item.addEventListener("click", () => {
      open(false);
      entries[place]
        .run()
        .catch((error: unknown) => failed(`${entries[place].label} failed: ${String(error)}`));
    });
  });
  element.addEventListener("keydown", (event) => {
    if (panel.hidden) return;
    const at = items.indexOf(document.activeElement as HTMLButtonElement);
    const last = items.length - 1;
    const next = { ArrowDown: at < last ? at + 1 : 0, ArrowUp: at > 0 ? at - 1 : last, Home: 0, End: last }[
      event.key
    ];
    if (event.key === "Escape") open(false);
    else if (next !== undefined) items[next].focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  element.addEventListener("focusout", ({ relatedTarget }) => {
    if (panel.hidden || element.contains(relatedTarget as Node | null)) return;
    panel.hidden = true;
    button.setAttribute("aria-expanded", "false");
  });
  return element;
}
