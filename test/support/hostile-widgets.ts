// Every widget with data whose names a page could mistake for markup or scripts.
import { corpusOf } from "../../src/corpus";
import { corpusProfile as profileOf } from "../../src/corpus/profile";
import type { Entity } from "../../src/corpus/types";
import {
  attentionSummary,
  compare,
  errors,
  operatingCurves,
  outcomesOf,
  sliceScores,
} from "../../src/evaluation";
import type { SweepResults } from "../../src/experiments/sweep-types";
import * as widgets from "../../widgets/index";
import type { WidgetInstance } from "../../widgets/shared/widget";
import { fakeReports, fakeScores, fakeTrace } from "../widgets/fake";
import { fakeAblation, fakeLayers } from "../widgets/fake-sweep";

/** Texts that set `pwned` if a page runs them. */
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
  "\u202ereversed",
  "\0nul",
  "`$" + "{pwned}`",
];

const [image, script, link] = scripts;
const types = [image, script, link, "__proto__", "constructor"];
const gold: Entity[] = types.map((type, i) => ({ start: i, end: i + 3, type }));
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
const scored = [image, script, link].map((name, i) => ({
  name,
  scores: fakeScores(i),
  sentences: [{ tokens: hostileTokens, id: image, ...outcome }],
}));

const atlas = errors({ sentences: scored[0].sentences }, { training: [sentence], resamples: 2 });

const compared = compare(scored, { resamples: 2 });
const curves = operatingCurves(
  [{ entities: gold, candidates: predicted.map((one) => ({ ...one, probability: 0.5, accepted: true })) }],
  { resamples: 2 },
);

/** A copy of a sweep with hostile names of settings, corpora and captions. */
function hostileSweep(sweep: SweepResults): SweepResults {
  const rename = (name: string): string => `${name} ${image}`;
  return {
    ...sweep,
    title: script,
    variable: link,
    settings: sweep.settings.map((setting) => ({ ...setting, name: rename(setting.name) })),
    corpora: sweep.corpora.map((corpus) => ({ ...corpus, name: rename(corpus.name) })),
    runs: sweep.runs.map((run) => ({ ...run, setting: rename(run.setting), corpus: rename(run.corpus) })),
    intervals: sweep.intervals?.map((interval) => ({
      ...interval,
      setting: rename(interval.setting),
      corpus: rename(interval.corpus),
    })),
    paper: undefined,
  };
}

export const hostileCurves: SweepResults = hostileSweep(fakeLayers());

/** Widgets by the names of their functions. */
export const hostileWidgets: Readonly<Record<string, WidgetInstance<unknown, object, unknown>>> = {
  attention: widgets.attention(trace, { second: trace, names: [image, script] }),
  attentionSummary: widgets.attentionSummary([{ name: image, summary: attentionSummary([trace]) }]),
  comparison: widgets.comparison(compared, { by: "type", change: "both wrong" }),
  corpusProfile: widgets.corpusProfile(profileOf(corpus)),
  errors: widgets.errors(atlas, { name: script, kind: "spurious" }),
  headImportance: widgets.headImportance(
    { comparison: compared, heads: [[0, 1]], exits: [0] },
    { name: image },
  ),
  precisionRecall: widgets.precisionRecall(curves, { name: image }),
  scoresByLength: widgets.scoresByLength(scored),
  sentence: widgets.sentence({ tokens: hostileTokens, entities: gold, predicted, types }),
  slices: widgets.slices(sliceScores(scored, [{ name: script }, { name: image }], { resamples: 2 })),
  sweepCurves: widgets.sweepCurves(hostileCurves),
  sweepTable: widgets.sweepTable(hostileSweep(fakeAblation())),
  table: widgets.table([{ [image]: script, [link]: "=1+1", n: 1 }], { caption: image }),
  trainingCurves: widgets.trainingCurves(named),
  trajectories: widgets.trajectories(trace),
} as unknown as Readonly<Record<string, WidgetInstance<unknown, object, unknown>>>;
