// Every widget, made of data in which each name is one that a page might take for something else than text.
import { corpusOf } from "../../src/corpus";
import { corpusProfile as profileOf } from "../../src/corpus/profile";
import type { Entity } from "../../src/corpus/types";
import { outcomesOf } from "../../src/evaluation";
import type { SweepResults } from "../../src/experiments/sweep-types";
import * as widgets from "../../widgets/index";
import type { WidgetInstance } from "../../widgets/shared/widget";
import { fakeReports, fakeScores, fakeTrace } from "../widgets/fake";
import { fakeAblation, fakeLayers } from "../widgets/fake-sweep";

/** What sets `pwned` where it is run. */
export const scripts: readonly string[] = [
  '<img src=x onerror="pwned=1">',
  "</script><script>pwned=2</script>",
  '<a href="javascript:pwned=3">go</a>',
  "<svg onload=pwned=4>",
  "'\"><iframe srcdoc='<script>parent.pwned=5</script>'>",
];

export const hostileTokens: readonly string[] = [
  ...scripts,
  '<a href="https://escaped.invalid/">out</a>',
  "<!--",
  "]]>",
  "<b>bold</b>",
  "<br>",
  "&lt;",
  "%{customdata}",
  "__proto__",
  "\u2028line",
  "\u202eesrever",
  "\0nul",
  "`$" + "{pwned}`",
];

const [image, script, link] = scripts;
const types = [image, script, link, "__proto__", "constructor"];
const gold: Entity[] = types.map((type, at) => ({ start: at, end: at + 3, type }));
const predicted: Entity[] = [
  { start: 0, end: 3, type: image },
  { start: 2, end: 4, type: script },
  { start: 5, end: 7, type: link },
];

const trace = { ...fakeTrace({ tokens: hostileTokens, gold, predicted }), types: [image, script, link] };
const sentence = {
  tokens: hostileTokens,
  pos: hostileTokens.map(() => image),
  entities: gold,
  previous: [],
  next: [],
  id: image,
};
const corpus = corpusOf(image, { train: [sentence], dev: [sentence], test: [] });
const named = [
  { name: image, epochs: fakeReports(4) },
  { name: link, epochs: fakeReports(3) },
];
const [outcome] = outcomesOf([gold], [predicted]);
const scored = [image, script, link].map((name, at) => ({
  name,
  scores: fakeScores(at),
  sentences: [{ tokens: hostileTokens, id: image, ...outcome }],
}));

/** A sweep whose settings, corpora and captions are all such names. */
function hostileSweep(sweep: SweepResults): SweepResults {
  const renamed = (name: string): string => `${name} ${image}`;
  return {
    ...sweep,
    title: script,
    variable: link,
    settings: sweep.settings.map((setting) => ({ ...setting, name: renamed(setting.name) })),
    corpora: sweep.corpora.map((one) => ({ ...one, name: renamed(one.name) })),
    runs: sweep.runs.map((run) => ({ ...run, setting: renamed(run.setting), corpus: renamed(run.corpus) })),
    intervals: sweep.intervals?.map((one) => ({
      ...one,
      setting: renamed(one.setting),
      corpus: renamed(one.corpus),
    })),
    paper: undefined,
  };
}

export const hostileCurves: SweepResults = hostileSweep(fakeLayers());

/** By the names of their functions. */
export const hostileWidgets: Readonly<Record<string, WidgetInstance<unknown, object, unknown>>> = {
  attention: widgets.attention(trace, { second: trace, names: [image, script] }),
  corpusProfile: widgets.corpusProfile(profileOf(corpus)),
  scoresByLength: widgets.scoresByLength(scored),
  sentence: widgets.sentence({ tokens: hostileTokens, entities: gold, predicted, types }),
  sweepCurves: widgets.sweepCurves(hostileCurves),
  sweepTable: widgets.sweepTable(hostileSweep(fakeAblation())),
  table: widgets.table([{ [image]: script, [link]: "=1+1", n: 1 }], { caption: image }),
  trainingCurves: widgets.trainingCurves(named),
  trajectories: widgets.trajectories(trace),
} as unknown as Readonly<Record<string, WidgetInstance<unknown, object, unknown>>>;
