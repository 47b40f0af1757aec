import { entityText, sameEntity } from "../sentence/sentence-entities";
import { type Cell, type Grid, gridToText } from "../shared/grid";
import { type Matrix, matrixScene } from "../shared/matrix";
import type { Mark, Scene } from "../shared/scene";
import { shorten, spanText } from "../shared/text";
import type { Theme } from "../shared/theme";
import type { Part } from "../shared/widget";
import { locationText } from "../trajectories/trajectories-text";
import {
  initialState,
  lastStage,
  openTrajectories,
  type PackedTrajectories,
} from "../trajectories/trajectory-data";
import { lanesScene } from "../trajectories/trajectory-lanes";
import type { OpenedSentence, PackedComparison, PackedEntity } from "./comparison-data";
import type { PackedTrace } from "./packed-trace";

/** A run of the shown pair, with its trace of the opened sentence. */
interface Side {
  /** Index of the run. */
  readonly run: number;
  /** "first" or "second", as in the table of changes. */
  readonly role: string;
  readonly name: string;
  readonly trace: PackedTrace;
}

interface Opened {
  readonly sides: readonly Side[];
  readonly tokens: readonly string[];
  readonly entity: PackedEntity;
  readonly index: number;
}

/** Undefined if the sentence has no traces. */
function openedOf(
  { runs, pairs, sentences }: PackedComparison,
  pair: number,
  { sentence, entity }: OpenedSentence,
): Opened | undefined {
  const { tokens, entities, traces } = sentences[sentence] ?? {};
  if (!traces) return undefined;
  const { first, second } = pairs[pair];
  const side = (run: number, role: string): Side => ({ run, role, name: runs[run].name, trace: traces[run] });
  const sides = [side(first, "first"), side(second, "second")];
  return { sides, tokens, entity: entities[entity], index: entity };
}

/**
 * The traces of both runs: their predictions against gold with the path of each proposal, the states of the chosen entity's
 * proposals next to each other, and what these proposals attend to. The runs may differ in depth, heads and types.
 */
export function openedParts(
  data: PackedComparison,
  pair: number,
  which: OpenedSentence,
  theme: Theme,
  width: number,
): Part[] {
  const opened = openedOf(data, pair, which);
  if (!opened) return [];
  return [
    ...opened.sides.flatMap((side) => [
      { scene: headingScene(side, width, theme) },
      { scene: sideScene(side, opened.entity, width, theme) },
    ]),
    { grid: statesGrid(opened) },
    ...(opened.sides.some(({ trace }) => trace.proposals[opened.index]?.attention.length)
      ? [{ scene: matrixScene(attentionMatrix(opened), theme, width) }]
      : []),
  ];
}

export function openedText(data: PackedComparison, pair: number, which: OpenedSentence): string {
  const opened = openedOf(data, pair, which);
  return opened ? gridToText(statesGrid(opened)) : "";
}

/** The index of the entity that a mark of a run stands for; undefined if the comparison does not have it. */
export function clickedEntity(
  data: PackedComparison,
  { sentence }: OpenedSentence,
  { run, entity: id }: { readonly run: number; readonly entity: string },
): number | undefined {
  const { entities, traces } = data.sentences[sentence];
  const clicked = traces && openTrajectories(traces[run].trajectories).entities.find((one) => one.id === id);
  const index = clicked ? entities.findIndex((entity) => sameEntity(entity, clicked)) : -1;
  return index < 0 ? undefined : index;
}

function headingScene({ role, name, trace }: Side, width: number, theme: Theme): Scene {
  const { heads } = trace;
  const layers = `${heads.length} ${heads.length === 1 ? "layer" : "layers"}`;
  const shape = heads.length ? `${layers}, ${[...new Set(heads)].join(" or ")} heads each` : layers;
  const text = shorten(`${role}: ${name} (${shape})`, Math.floor(width / 8));
  return {
    width,
    height: 24,
    marks: [{ mark: "text", x: 4, y: 17, text, color: theme.ink, size: 13, bold: true }],
  };
}

/** A run's predictions against gold. Marks have the value `{ run, entity: id }`. */
function sideScene({ run, trace }: Side, entity: PackedEntity, width: number, theme: Theme): Scene {
  const packed: PackedTrajectories = trace.trajectories;
  const data = openTrajectories(packed);
  const same = data.entities.filter((one) => sameEntity(one, entity));
  const selected = (same.find(({ side }) => side === "predicted") ?? same[0])?.id ?? null;
  const scene = lanesScene(data, { ...initialState(packed), near: false, selected }, theme, width);
  const marks = scene.marks.map((mark): Mark => {
    return mark.value === undefined ? mark : { ...mark, value: { run, ...(mark.value as object) } };
  });
  return { ...scene, marks };
}

/** A row per state, with the columns of both runs. */
function statesGrid({ sides, tokens, entity, index }: Opened): Grid {
  const name = `${entityText(entity)} ${spanText(tokens, entity)}`;
  const stages = sides.map(({ trace }) => trace.trajectories.stages);
  const [longest] = [...stages].sort((one, other) => other.length - one.length);
  const ofSide = ({ trace }: Side, stage: string): string[] => {
    const { stages: names, types } = trace.trajectories;
    const path = trace.proposals[index]?.path;
    const stageIndex = stage === lastStage ? names.length : names.indexOf(stage);
    if (!path || stageIndex < 0) return ["–", "–", "–"];
    const classes = path.classes[stageIndex];
    const location = path.locations[stageIndex];
    return [
      location ? locationText(location) : "",
      classes[types.indexOf(entity.type)].toFixed(3),
      classes[types.length].toFixed(3),
    ];
  };
  const outcome = ({ run, trace }: Side): string => {
    const path = trace.proposals[index]?.path;
    if (!path) return "no proposal gives it a probability above 0";
    const verdict = entity.predicted[run] ? "predicted" : "not predicted, likeliest";
    return `${verdict}: proposal ${path.proposal}, probability ${path.probability.toFixed(3)}`;
  };
  const cells = (texts: readonly string[]): Cell[] => texts.map((text) => ({ text }));
  return {
    caption: `${name}: the states of its proposal in both runs`,
    head: [
      [{ text: "" }, ...sides.map((side) => ({ text: `${side.role}, ${outcome(side)}`, span: 3 }))],
      cells(["state", ...sides.flatMap(() => ["location", `p(${entity.type})`, "p(None)"])]),
    ],
    rows: [...longest, lastStage].map((stage) =>
      cells([stage, ...sides.flatMap((side) => ofSide(side, stage))]),
    ),
    align: ["left", ...sides.flatMap(() => ["right", "right", "right"] as const)],
  };
}

/** A row per run and layer, a column per token. */
function attentionMatrix({ sides, tokens, entity, index }: Opened): Matrix {
  const rows = sides.flatMap(({ role, trace }) =>
    (trace.proposals[index]?.attention ?? []).map((weights, layer) => ({
      name: `${role}, layer ${layer + 1}`,
      weights,
    })),
  );
  const most = Math.max(1e-9, ...rows.flatMap(({ weights }) => weights));
  const isInside = (token: number): boolean => entity.start <= token && token < entity.end;
  return {
    title: `What the proposals of ${entityText(entity)} attend to: mean over the heads of a layer, the entity in brackets`,
    rows: rows.map(({ name }) => name),
    columns: tokens.map((token, i) => (isInside(i) ? `[${token}]` : token)),
    cells: rows.map(({ name, weights }) =>
      weights.map((weight, token) => ({
        text: "",
        share: weight / most,
        title: `${name}: ${weight.toFixed(3)} on ${tokens[token]} (${token})`,
      })),
    ),
  };
}
