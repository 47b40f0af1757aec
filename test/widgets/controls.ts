import assert from "node:assert/strict";
import * as fc from "fast-check";
import { light } from "../../widgets/shared/theme";
import type { Control, ControlValue, Shown } from "../../widgets/shared/widget";

/** Every value that a control can be given. */
export function valuesOf(control: Control): ControlValue[] {
  switch (control.type) {
    case "choice":
      return control.options.map(({ value }) => value);
    case "several":
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

/** The state after one control got a value, whose name is checked to be there. */
export function changed<Packed, State extends object, Data>(
  { widget, packed }: Shown<Packed, State, Data>,
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
 * Holds for any walk through the controls: each shows the value it was given, every state is JSON, draws, has words, a
 * title, and a table of columns of one length.
 */
export function walk<Packed, State extends object, Data>(
  shown: Shown<Packed, State, Data>,
  check: (data: Data, state: State) => void = () => undefined,
): void {
  const { widget, packed } = shown;
  const data = widget.open(JSON.parse(JSON.stringify(packed)) as Packed);
  const steps = fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 12 });
  fc.assert(
    fc.property(steps, (choices) => {
      let { state } = shown;
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
      assert.equal(new Set(lengths).size, 1, "all columns are of one length");
      check(data, state);
    }),
    { numRuns: 60 },
  );
}

/** Fails for a number that nothing can be drawn at, wherever it is. */
function checkNumbers(part: unknown): void {
  if (typeof part === "number") assert.ok(Number.isFinite(part), `${part} is drawn`);
  else if (typeof part === "object" && part !== null) Object.values(part).forEach(checkNumbers);
}
