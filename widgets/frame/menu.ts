import { backgroundOf, make } from "./page";

export interface MenuEntry {
  readonly label: string;
  /** Resolves to whether the entry can be chosen; until then, it is hidden. */
  readonly available?: Promise<boolean>;
  run(): Promise<void>;
}

/** A button that opens a menu. Arrow keys move through it, Escape closes it. */
export function menu(
  label: string,
  entries: readonly MenuEntry[],
  onError: (message: string) => void,
): HTMLElement {
  const expandable = { type: "button", "aria-haspopup": "menu", "aria-expanded": "false" };
  const button = make("button", "", expandable, `${label} ▾`);
  const items = entries.map((entry) =>
    make("button", "", { type: "button", role: "menuitem", tabindex: "-1" }, entry.label),
  );
  for (const [index, { available }] of entries.entries()) {
    items[index].hidden = available !== undefined;
    void available?.then((isAvailable) => {
      items[index].hidden = !isAvailable;
    });
  }
  const panel = make("div", "pnr-panel", { role: "menu", "aria-label": label, hidden: "" }, ...items);
  const element = make("div", "pnr-menu", {}, button, panel);
  const setOpen = (open: boolean): void => {
    panel.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    panel.style.background = backgroundOf(element);
    (open ? items[0] : button).focus();
  };
  button.addEventListener("click", () => setOpen(panel.hidden !== false));
  for (const [index, entry] of entries.entries()) {
    items[index].addEventListener("click", () => {
      setOpen(false);
      entry.run().catch((error: unknown) => onError(`${entry.label} failed: ${String(error)}`));
    });
  }
  element.addEventListener("keydown", (event) => {
    if (panel.hidden) return;
    const visibleItems = items.filter((item) => !item.hidden);
    const current = visibleItems.indexOf(document.activeElement as HTMLButtonElement);
    const last = visibleItems.length - 1;
    const [down, up] = [current < last ? current + 1 : 0, current > 0 ? current - 1 : last];
    const next = { ArrowDown: down, ArrowUp: up, Home: 0, End: last }[event.key];
    if (event.key === "Escape") setOpen(false);
    else if (next !== undefined) visibleItems[next].focus();
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
