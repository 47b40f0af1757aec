import type { Choice, Control, ControlValue, MultiChoice, Slider, Toggle } from "../shared/controls";
import { backgroundOf, make } from "./page";

interface ControlElement {
  readonly element: HTMLElement;
  /** Shows the control's current value. */
  update(control: Control): void;
  stop?(): void;
}

export type OnChange = (name: string, value: ControlValue) => void;

/** Keeps the controls of a widget on the page. A control whose options did not change keeps its element and so the focus. */
export class ControlBar {
  private readonly elements = new Map<string, ControlElement & { readonly shape: string }>();
  private controls: readonly Control[] = [];

  constructor(
    private readonly bar: HTMLElement,
    private readonly onChange: OnChange,
  ) {}

  show(controls: readonly Control[]): void {
    this.controls = controls;
    for (const name of this.elements.keys()) {
      if (!controls.some((control) => control.name === name)) this.remove(name);
    }
    for (const [index, control] of controls.entries()) {
      const shape = JSON.stringify({ ...control, value: undefined, reading: undefined });
      const current = this.elements.get(control.name);
      if (current?.shape === shape) {
        current.update(control);
        continue;
      }
      this.remove(control.name);
      const created = createElement(control, this.onChange);
      this.elements.set(control.name, { ...created, shape });
      this.bar.insertBefore(created.element, this.bar.children[index] ?? null);
    }
  }

  /** Handles an arrow key that was pressed on the widget itself. @returns whether it changes a control */
  arrow(key: string): boolean {
    const direction = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -1, ArrowDown: 1 }[key];
    const arrows = key === "ArrowLeft" || key === "ArrowRight" ? "horizontal" : "vertical";
    const control = this.controls.find((one) => "arrows" in one && one.arrows === arrows);
    if (!direction || !control) return false;
    if (control.type === "choice") {
      const index = control.options.findIndex(({ value }) => value === control.value) + direction;
      if (control.options[index]) this.onChange(control.name, control.options[index].value);
    } else if (control.type === "slider") {
      const value = Math.min(control.to, Math.max(control.from, control.value + direction * control.step));
      this.onChange(control.name, value);
    }
    return true;
  }

  stop(): void {
    for (const name of [...this.elements.keys()]) this.remove(name);
  }

  private remove(name: string): void {
    const current = this.elements.get(name);
    current?.stop?.();
    current?.element.remove();
    this.elements.delete(name);
  }
}

function createElement(control: Control, onChange: OnChange): ControlElement {
  switch (control.type) {
    case "choice":
      return selectElement(control, onChange);
    case "multiple":
      return panelElement(control, onChange);
    case "toggle":
      return checkboxElement(control, onChange);
    case "slider":
      return sliderElement(control, onChange);
  }
}

function selectElement({ name, label, options, value }: Choice, onChange: OnChange): ControlElement {
  const select = make("select", "");
  for (const option of options) select.append(new Option(option.text, option.value));
  select.value = value;
  select.addEventListener("change", () => onChange(name, select.value));
  return {
    element: make("label", "", {}, label, select),
    update: (control) => {
      select.value = (control as Choice).value;
    },
  };
}

function checkboxElement({ name, label, value }: Toggle, onChange: OnChange): ControlElement {
  const box = make("input", "", { type: "checkbox" });
  box.checked = value;
  box.addEventListener("change", () => onChange(name, box.checked));
  return {
    element: make("label", "", {}, box, label),
    update: (control) => {
      box.checked = (control as Toggle).value;
    },
  };
}

function panelElement(control: MultiChoice, onChange: OnChange): ControlElement {
  const { name, label, options } = control;
  const summary = make("summary", "");
  const boxes = options.map(({ value }) => make("input", "", { type: "checkbox", value }));
  const rows = boxes.map((box, index) => make("label", "", {}, box, options[index].text));
  const panel = make("div", "pnr-panel", { role: "group", "aria-label": label }, ...rows);
  const element = make("details", "pnr-multiple", {}, summary, panel);
  const update = (changed: Control): void => {
    const { value } = changed as MultiChoice;
    for (const box of boxes) box.checked = value.includes(box.value);
    summary.textContent = `${label}: ${value.length === options.length ? "all" : value.length} ▾`;
  };
  const checkedValues = (): string[] => boxes.filter(({ checked }) => checked).map(({ value }) => value);
  for (const box of boxes) box.addEventListener("change", () => onChange(name, checkedValues()));
  element.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape" || !element.open) return;
    element.open = false;
    summary.focus(); // the focused checkbox is now hidden
  });
  const closeIfOutside = (target: EventTarget | null): void => {
    if (target && !element.contains(target as Node)) element.open = false;
  };
  const onPress = ({ target }: Event): void => closeIfOutside(target);
  element.addEventListener("focusout", ({ relatedTarget }) => closeIfOutside(relatedTarget));
  const watchPage = (): void => {
    if (element.open) document.addEventListener("pointerdown", onPress);
    else document.removeEventListener("pointerdown", onPress);
  };
  element.addEventListener("toggle", () => {
    panel.style.background = backgroundOf(element);
    watchPage();
  });
  const stop = (): void => {
    element.open = false;
    watchPage();
  };
  update(control);
  return { element, update, stop };
}

/** Whether the reader wants less motion. A playing slider then moves in whole numbers, at the same speed. */
function prefersReducedMotion(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

function sliderElement(control: Slider, onChange: OnChange): ControlElement {
  const { name, label, from, to, step, play } = control;
  const range = { type: "range", min: `${from}`, max: `${to}`, step: `${step}`, "aria-label": label };
  const input = make("input", "", range);
  const reading = make("span", "pnr-reading");
  const element = make("span", "pnr-control", {}, label, input, reading);
  let { value } = control;
  const update = (changed: Control): void => {
    ({ value } = changed as Slider);
    input.value = String(value);
    reading.textContent = (changed as Slider).reading;
    input.setAttribute("aria-valuetext", (changed as Slider).reading);
  };
  input.addEventListener("input", () => onChange(name, Number(input.value)));
  update(control);
  if (!play) return { element, update };
  const button = make("button", "", { type: "button" }, "▶ play");
  let timer: ReturnType<typeof setInterval> | undefined;
  const stop = (): void => {
    clearInterval(timer);
    timer = undefined;
    button.textContent = "▶ play";
  };
  const stride = (): number => (prefersReducedMotion() ? Math.max(1, step) : step);
  const advance = (): void => {
    if (!element.isConnected) {
      stop();
      return;
    }
    const next = Math.min(to, from + stride() * (Math.floor((value - from) / stride() + 1e-9) + 1));
    onChange(name, next);
    if (next >= to) stop();
  };
  button.addEventListener("click", () => {
    if (timer) return stop();
    if (value >= to) onChange(name, from);
    button.textContent = "‖ pause";
    timer = setInterval(advance, (play * stride()) / step);
  });
  element.prepend(button);
  return { element, update, stop };
}
