import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { Control, ControlValue } from "../../widgets/shared/controls";
import { light } from "../../widgets/shared/theme";
import type { WidgetInstance } from "../../widgets/shared/widget";

/** Values to try on a control. */
export function valuesOf(control: Control): ControlValue[] {
  switch (control.type) {
    case "choice":
      return control.options.map(({ value }) => value);
    case "multiple":
      return [
        [],
        control.options.map(({ value }) => value),
        control.options.slice(0, 1).map(({ value }) => value),
      ];
    case "toggle":
      return [true, false];
    case "slider":
      return [control.from, control.to];
  }
}

/** The state after a control got a value. Fails if there is no such control. */
export function changed<Packed, State extends object, Data>(
  { widget, packed }: WidgetInstance<Packed, State, Data>,
  state: State,
  name: string,
  value: ControlValue,
): State {
  const data = widget.open(packed);
  const view = widget.view ?? assert.fail("no view");
  const names = view.controls(data, state).map((control) => control.name);
  assert.ok(names.includes(name), `no control ${name} among ${names}`);
  return view.change(data, state, name, value);
}

/**
 * Checks random walks through the controls: each control shows its new value, and every state is JSON, can be drawn, and has a
 * text, a title and a table with columns of equal length.
 */
export function walk<Packed, State extends object, Data>(
  instance: WidgetInstance<Packed, State, Data>,
  check: (data: Data, state: State) => void = () => undefined,
): void {
  const { widget, packed } = instance;
  const data = widget.open(JSON.parse(JSON.stringify(packed)) as Packed);
  const steps = fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 12 });
  fc.assert(
    fc.property(steps, (choices) => {
      let { state } = instance;
      for (const [which, what] of choices) {
        const controls = widget.view?.controls(data, state) ?? [];
        if (!controls.length) break;
        const control = controls[which % controls.length];
        const values = valuesOf(control);
        const value = values[what % values.length];
        state = widget.view?.change(data, state, control.name, value) ?? state;
        const now = widget.view?.controls(data, state).find(({ name }) => name === control.name);
        if (now) assert.deepEqual(now.value, value, control.name);
      }
      assert.deepEqual(JSON.parse(JSON.stringify(state)), state);
      assert.ok(widget.title(data, state));
      assert.ok(widget.text(data, state));
      checkNumbers(widget.build(data, state, light));
      const lengths = Object.values(widget.table(data, state).columns).map(({ length }) => length);
      assert.equal(new Set(lengths).size, 1, "columns have different lengths");
      check(data, state);
    }),
    { numRuns: 60 },
  );
}

/** Fails if the part contains a number that is not finite. */
function checkNumbers(part: unknown): void {
  if (typeof part === "number") assert.ok(Number.isFinite(part), `${part} is not finite`);
  else if (typeof part === "object" && part !== null) Object.values(part).forEach(checkNumbers);
}
