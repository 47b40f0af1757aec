import assert from "node:assert/strict";
import { test } from "node:test";
import { sentence } from "../../widgets/sentence/sentence";
import type { AnnotatedSentence } from "../../widgets/sentence/sentence-entities";
import type { SentenceOptions, SentenceState } from "../../widgets/sentence/sentence-state";
import { sentences } from "../../widgets/sentence/sentences";
import type { Control, ControlValue } from "../../widgets/shared/controls";
import { renderWidget } from "../../widgets/shared/save";
import { light } from "../../widgets/shared/theme";
import { changed, walk } from "./walk";

const annotated: AnnotatedSentence = {
  tokens: ["Ada", "<img src=x onerror=alert(1)>", "of", "Little", "Harbor"],
  entities: [
    { start: 0, end: 5, type: "person" },
    { start: 3, end: 5, type: "place" },
  ],
  predicted: [
    { start: 3, end: 5, type: "place", probability: 0.5 },
    { start: 3, end: 4, type: "per<son" },
  ],
};

function open(value: AnnotatedSentence, options?: SentenceOptions) {
  const { widget, packed, state } = sentence(value, options);
  const data = widget.open(packed);
  const view = widget.view ?? assert.fail();
  return {
    state,
    text: (at: SentenceState = state) => widget.text(data, at),
    title: (at: SentenceState = state) => widget.title(data, at),
    table: (at: SentenceState = state) => widget.table(data, at).columns,
    parts: (at: SentenceState = state) => widget.build(data, at, light),
    controls: (at: SentenceState = state) => view.controls(data, at),
    change: (at: SentenceState, control: string, value: ControlValue) =>
      view.change(data, at, control, value),
    click: (at: SentenceState, value: unknown) => view.click?.(data, at, value),
  };
}

test("the text lists every entity with its words and its error", () => {
  const chinese = open({ tokens: [..."小王在北京"], entities: [{ start: 3, end: 5, type: "GPE" }] });
  assert.equal(
    chinese.text(),
    "小 王 在 北 京\n  first–last token, counted from 0; the last one is included\n  gold 3–4     GPE: 北京",
  );
  assert.deepEqual(open(annotated).text().split("\n").slice(2), [
    "– gold      0–4     person: Ada <img src=x onerror=alert(1)> of Little Harbor  [missed: predicted (3, 4, place)]",
    "✓ gold      3–4     place: Little Harbor",
    "✓ predicted 3–4     place 0.50: Little Harbor",
    "✗ predicted 3–3     per<son: Little  [boundary, type: gold is (3, 4, place)]",
  ]);
});

test("the title counts the shown entities", () => {
  const { state, title, change } = open(annotated);
  assert.equal(title(), "sentence of 5 tokens: 2 gold and 2 predicted entities, 1 right");
  assert.equal(title(change(state, "sides", "gold")), "sentence of 5 tokens: 2 gold entities");
  assert.equal(
    title(change(state, "sides", "predicted")),
    "sentence of 5 tokens: 2 predicted entities, 1 right",
  );
  assert.equal(open({ tokens: ["a"], entities: [] }).title(), "sentence of 1 token: 0 gold entities");
});

test("the table has a row per entity, with inclusive positions", () => {
  assert.deepEqual(open(annotated).table(), {
    side: ["gold", "gold", "predicted", "predicted"],
    first: [0, 3, 3, 3],
    last: [4, 4, 4, 3],
    type: ["person", "place", "place", "per<son"],
    words: ["Ada <img src=x onerror=alert(1)> of Little Harbor", "Little Harbor", "Little Harbor", "Little"],
    verdict: ["missed", "right", "right", "boundary"],
    probability: [null, null, 0.5, null],
  });
});

test("controls exist only if there is something to choose", () => {
  const names = (controls: readonly Control[]): string[] => controls.map(({ name }) => name);
  const full = open(annotated);
  assert.deepEqual(names(full.controls()), [
    "sides",
    "types",
    "lengths",
    "verdicts",
    "selected",
    "positions",
  ]);
  const options = (name: string): string[] => {
    const control = full.controls().find((one) => one.name === name);
    return control && "options" in control ? control.options.map(({ text }) => text) : assert.fail(name);
  };
  assert.deepEqual(options("types"), ["per<son (1)", "person (1)", "place (2)"]);
  assert.deepEqual(options("lengths"), ["1 token (1)", "2 tokens (2)", "≥5 tokens (1)"]);
  assert.deepEqual(options("verdicts"), ["✓ right (2)", "✗ boundary (1)", "– missed (1)"]);
  assert.equal(options("selected").at(-1), "✗ predicted (3, 3, per<son)");
  const alone = open({ tokens: ["a"], entities: [{ start: 0, end: 1, type: "x" }] });
  assert.deepEqual(names(alone.controls()), ["selected", "positions"]);
  assert.deepEqual(names(open({ tokens: ["a"], entities: [] }).controls()), ["positions"]);
});

test("filters show what they list", () => {
  const { state, table, change } = open(annotated);
  assert.deepEqual(table(change(state, "types", ["place"])).verdict, ["right", "right"]);
  assert.deepEqual(table(change(state, "lengths", ["≥5", "1"])).type, ["person", "per<son"]);
  assert.deepEqual(table(change(state, "verdicts", ["boundary", "missed"])).first, [0, 3]);
  assert.deepEqual(table(change(state, "verdicts", [])).side, []);
});

test("a click selects an entity and shows its details; a second click deselects it", () => {
  const { state, parts, click } = open(annotated);
  assert.equal(parts().length, 1);
  const chosen = click(state, { entity: "predicted 1" }) ?? assert.fail();
  const [, details] = parts(chosen);
  const grid = "grid" in details ? details.grid : assert.fail();
  assert.deepEqual(
    grid.head[0].map(({ text }, place) => [text, grid.rows[0][place].text]),
    [
      ["entity", "(3, 3, per<son)"],
      ["side", "predicted"],
      ["type", "per<son"],
      ["words", "Little"],
      ["tokens, last included", "3"],
      ["verdict", "✗ boundary, type: gold is (3, 4, place)"],
    ],
  );
  assert.equal(click(chosen, { entity: "predicted 1" })?.selected, null);
  for (const nothing of [null, 3, "predicted 1", { entity: "gold 7" }, { other: 1 }])
    assert.equal(click(state, nothing), undefined);
  assert.equal(parts({ ...chosen, verdicts: ["right"] }).length, 1, "a hidden entity has no details");
});

test("every state can be drawn and undone", () => {
  const instance = sentence(annotated);
  walk(instance, (data, end) => {
    assert.ok(instance.widget.build(data, end, light).length >= 1);
    const { selected, ...rest } = instance.state;
    const steps = Object.entries({ ...rest, selected: selected ?? "none" });
    assert.deepEqual(
      steps.reduce((at, [name, value]) => changed(instance, at, name, value), end),
      instance.state,
    );
  });
  walk(sentence({ tokens: ["a"], entities: [] }));
});

test("invalid values change nothing", () => {
  const { state, change } = open(annotated);
  assert.equal(change(state, "sides", "neither"), state);
  assert.equal(change(state, "no such control", 1), state);
  assert.equal(change(state, "types", "place"), state);
});

test("rejects invalid sentences and options in one line", () => {
  const bad = (part: Partial<AnnotatedSentence>, options?: SentenceOptions) => () =>
    sentence({ ...annotated, ...part }, options);
  const refused = (message: string) => ({ name: "RangeError", message });
  assert.throws(
    bad({ entities: [{ start: 2, end: 6, type: "x" }] }),
    refused("entities[0]: start 2, end 6 is not a span of a sentence of 5 tokens (end is exclusive)"),
  );
  assert.throws(
    bad({ predicted: [{ start: 2, end: 2, type: "x" }] }),
    /^RangeError: predicted\[0\]: start 2, end 2/,
  );
  assert.throws(bad({ entities: [{ start: 0.5, end: 2, type: "x" }] }), RangeError);
  assert.throws(
    bad({ predicted: undefined }, { sides: "predicted" }),
    refused('sides: "predicted" cannot be shown; this sentence has gold'),
  );
});

test("only the sentence is sent to the browser", () => {
  const more = { ...annotated, pos: ["X"], id: "secret" };
  assert.deepEqual(Object.keys(sentence(more).packed).sort(), ["entities", "predicted", "tokens"]);
  assert.deepEqual(sentence(more).packed, annotated);
  assert.deepEqual(sentence({ ...more, types: ["place"] }).packed, { ...annotated, types: ["place"] });
});

test("pictures and pages have the same bytes each time", async () => {
  for (const file of ["x.svg", "x.html", "x.png"]) {
    const [first, second] = [
      await renderWidget(sentence(annotated), file),
      await renderWidget(sentence(annotated), file),
    ];
    assert.deepEqual(first, second, file);
  }
});

test("shows predictions without verdicts if there are no gold entities", () => {
  const { predicted, tokens } = annotated;
  const { text, title, parts, controls, state } = open({ tokens, predicted });
  assert.equal(state.sides, "predicted");
  assert.deepEqual(text().split("\n").slice(2), [
    "  predicted 3–4     place 0.50: Little Harbor",
    "  predicted 3–3     per<son: Little",
  ]);
  assert.equal(title(), "sentence of 5 tokens: 2 predicted entities");
  assert.ok(!/[✓✗–]|gold/.test(JSON.stringify(parts())), "no mark says right or wrong");
  assert.ok(controls().every(({ name }) => name !== "sides" && name !== "verdicts"));
  assert.equal(open({ tokens }).title(), "sentence of 5 tokens: 0 predicted entities");
});

test("an ensemble's agreement is in the text, the picture, the table and the details", async () => {
  const agreement = { votes: 2, members: 3 };
  const voted = {
    ...annotated,
    predicted: [{ ...annotated.predicted![0], agreement }, annotated.predicted![1]],
  };
  const { text, table, state, click, parts } = open(voted);
  assert.match(text(), /predicted 3–4 +place 0\.50, 2 of 3 members: Little Harbor/);
  assert.match(text(), /per<son: Little/);
  assert.deepEqual(table().votes, [null, null, 2, null]);
  assert.deepEqual(table().members, [null, null, 3, null]);
  assert.equal("votes" in open(annotated).table(), false);
  const svg = String(await renderWidget(sentence(voted), "sentence.svg"));
  assert.match(svg, /0\.50, 2 of 3/);
  assert.match(svg, /numbers: probability, members that predict it/);
  assert.match(svg, /predicted by 2 of 3 members/);
  const [, details] = parts(click(state, { entity: "predicted 0" }));
  assert.match(JSON.stringify(details), /members that predict it.*2 of 3/);
  const several = sentences([annotated, voted]);
  const { columns } = several.widget.table(several.widget.open(several.packed), several.state);
  assert.deepEqual(columns.votes, [null, null, null, null, null, null, 2, null]);
});
