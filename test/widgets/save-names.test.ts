import assert from "node:assert/strict";
import { test } from "node:test";
import { hostileWidgets } from "../support/hostile-widgets";

for (const [name, { widget, packed, state }] of Object.entries(hostileWidgets))
  test(`${name}: the file name of its table contains no corpus text`, () => {
    assert.match(widget.table(widget.open(packed), state).name, /^[a-z][a-z0-9 -]*$/);
  });
