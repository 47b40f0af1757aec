import { attentionWidget } from "./attention/widget";
import { corpusProfileWidget } from "./corpus-profile/widget";
import { mountWidget, type Surroundings } from "./frame/mount";
import { scoresByLengthWidget } from "./scores-by-length/widget";
import { sentenceWidget } from "./sentence/widget";
import type { Another } from "./shared/another";
import type { Widget } from "./shared/widget";
import { sweepCurvesWidget } from "./sweep-curves/widget";
import { sweepTableWidget } from "./sweep-table/widget";
import { tableWidget } from "./table/widget";
import { trainingCurvesWidget } from "./training-curves/widget";
import { trajectoriesWidget } from "./trajectories/widget";

/** What a widget is to show, as JSON. */
export interface Packed {
  readonly packed: unknown;
  readonly state: object;
  readonly another?: Another;
}

/** Brings a widget to life in a page; see {@link mountWidget}. */
export type Mount = (element: HTMLElement, shown: Packed, surroundings: Surroundings) => Promise<() => void>;

/** What is packed was packed by the widget itself, whose kind it carries. */
function mountable<Packed, State extends object, Data>(
  widget: Widget<Packed, State, Data>,
): [kind: string, mount: Mount] {
  const mount: Mount = (element, { packed, state, another }, surroundings) =>
    mountWidget(element, widget, { packed: packed as Packed, state: state as State, another }, surroundings);
  return [widget.kind, mount];
}

/** Every widget by its kind. */
export const mounts: ReadonlyMap<string, Mount> = new Map<string, Mount>([
  mountable(attentionWidget),
  mountable(corpusProfileWidget),
  mountable(scoresByLengthWidget),
  mountable(sentenceWidget),
  mountable(sweepCurvesWidget),
  mountable(sweepTableWidget),
  mountable(tableWidget),
  mountable(trainingCurvesWidget),
  mountable(trajectoriesWidget),
]);
