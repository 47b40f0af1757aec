import type { Choice, Control, ControlValue, Several, Slider, Toggle } from "../shared/widget";
import { backgroundOf, make } from "./page";

/** A control on the page. */
interface Live {
  readonly element: HTMLElement;
  /** Shows the control's present value. */
  update(control: Control): void;
  stop?(): void;
}

export type OnChange = (name: string, value: ControlValue) => void;

/** Keeps the controls of a widget on the page; one whose choices stay the same is kept, and with it the focus. */
export class Controls {
  private readonly live = new Map<string, { readonly shape: string; readonly live: Live }>();
  private shown: readonly Control[] = [];

  constructor(
    private readonly bar: HTMLElement,
    private readonly onChange: OnChange,
  ) {}

  show(controls: readonly Control[]): void {
    this.shown = controls;
    for (const name of this.live.keys()) {
      if (!controls.some((control) => control.name === name)) this.drop(name);
    }
    controls.forEach((control, place) => {
      const shape = JSON.stringify({ ...control, value: undefined, reading: undefined });
      const known = this.live.get(control.name);
      if (known?.shape === shape) known.live.update(control);
      else {
        this.drop(control.name);
        const live = create(control, this.onChange);
        this.live.set(control.name, { shape, live });
        this.bar.insertBefore(live.element, this.bar.children[place] ?? null);
      }
    });
  }

  /** An arrow key was pressed on the widget itself. @returns whether it means something here */
  arrow(key: string): boolean {
    const direction = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -1, ArrowDown: 1 }[key];
    const arrows = key === "ArrowLeft" || key === "ArrowRight" ? "horizontal" : "vertical";
    const control = this.shown.find((one) => "arrows" in one && one.arrows === arrows);
    if (!direction || !control) return false;
    if (control.type === "choice") {
      const at = control.options.findIndex(({ value }) => value === control.value) + direction;
      if (control.options[at]) this.onChange(control.name, control.options[at].value);
    } else if (control.type === "slider") {
      const value = Math.min(control.to, Math.max(control.from, control.value + direction * control.step));
      this.onChange(control.name, value);
    }
    return true;
  }

  stop(): void {
    for (const name of [...this.live.keys()]) this.drop(name);
  }

  private drop(name: string): void {
    const known = this.live.get(name);
    known?.live.stop?.();
    known?.live.element.remove();
    this.live.delete(name);
  }
}

function create(control: Control, onChange: OnChange): Live {
  switch (control.type) {
    case "choice":
      return choice(control, onChange);
    case "several":
      return several(control, onChange);
    case "toggle":
      return toggle(control, onChange);
    case "slider":
      return slider(control, onChange);
  }
}

function choice({ name, label, options, value }: Choice, onChange: OnChange): Live {
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

function toggle({ name, label, value }: Toggle, onChange: OnChange): Live {
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

function several(control: Several, onChange: OnChange): Live {
  const { name, label, options } = control;
  const summary = make("summary", "");
  const boxes = options.map(({ value }) => make("input", "", { type: "checkbox", value }));
  const rows = boxes.map((box, place) => make("label", "", {}, box, options[place].text));
  const panel = make("div", "pnr-panel", { role: "group", "aria-label": label }, ...rows);
  const element = make("details", "pnr-several", {}, summary, panel);
  const update = (changed: Control): void => {
    const { value } = changed as Several;
    for (const box of boxes) box.checked = value.includes(box.value);
    summary.textContent = `${label}: ${value.length === options.length ? "all" : value.length} ▾`;
  };
  for (const box of boxes) {
    box.addEventListener("change", () =>
      onChange(
        name,
        boxes.filter(({ checked }) => checked).map((one) => one.value),
      ),
    );
  }
  element.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape" || !element.open) return;
    element.open = false;
    summary.focus(); // what had the focus is out of sight
  });
  const leaveFor = (place: EventTarget | null): void => {
    if (place && !element.contains(place as Node)) element.open = false;
  };
  const pressed = ({ target }: Event): void => leaveFor(target);
  element.addEventListener("focusout", ({ relatedTarget }) => leaveFor(relatedTarget));
  const watchPage = (): void => {
    if (element.open) document.addEventListener("pointerdown", pressed);
    else document.removeEventListener("pointerdown", pressed);
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

/** Whether the reader asked for less motion: then a slider jumps from one whole number to the next, as slowly. */
function stillWanted(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

function slider(control: Slider, onChange: OnChange): Live {
  const { name, label, from, to, step, play } = control;
  const input = make("input", "", {
    type: "range",
    min: `${from}`,
    max: `${to}`,
    step: `${step}`,
    "aria-label": label,
  });
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
  const stride = (): number => (stillWanted() ? Math.max(1, step) : step);
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
