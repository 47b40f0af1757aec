import { attentionWidget } from "./attention/attention";
import { attentionSummaryWidget } from "./attention-summary/attention-summary";
import { comparisonWidget } from "./comparison/comparison";
import { corpusProfileWidget } from "./corpus-profile/corpus-profile";
import { errorsWidget } from "./errors/errors";
import { evaluationWidget } from "./evaluation/evaluation";
import { forestWidget } from "./forest/forest";
import { mountWidget, type PageContext } from "./frame/mount";
import { headImportanceWidget } from "./head-importance/head-importance";
import { precisionRecallWidget } from "./precision-recall/precision-recall";
import { scoresByLengthWidget } from "./scores-by-length/scores-by-length";
import { sentenceWidget } from "./sentence/sentence";
import { sentencesWidget } from "./sentence/sentences";
import type { AnotherSentence } from "./shared/another-sentence";
import type { KernelAddress } from "./shared/kernel-link";
import type { Widget } from "./shared/widget";
import { slicesWidget } from "./slices/slices";
import { sweepCurvesWidget } from "./sweep/sweep-curves";
import { sweepTableWidget } from "./sweep/sweep-table";
import { tableWidget } from "./table/table";
import { trainingCurvesWidget } from "./training-curves/training-curves";
import { trajectoriesWidget } from "./trajectories/trajectories";

/** A widget's data and state, as JSON. */
export interface MountRequest {
  readonly packed: unknown;
  readonly state: object;
  /** Address of the kernel that made the widget, if a page can reach it. */
  readonly address?: KernelAddress;
  readonly another?: AnotherSentence;
  /** Gets the state whenever the reader changes it. */
  readonly changed?: (state: object) => void;
}

export type Mount = (
  element: HTMLElement,
  request: MountRequest,
  context: PageContext,
) => Promise<() => void>;

/** The casts are safe: data with this kind was packed by the same widget. */
function mountable<Packed, State extends object, Data>(
  widget: Widget<Packed, State, Data>,
): [kind: string, mount: Mount] {
  const mount: Mount = (element, { packed, state, ...ask }, context) =>
    mountWidget(element, widget, { packed: packed as Packed, state: state as State, ...ask }, context);
  return [widget.kind, mount];
}

export const mounts: ReadonlyMap<string, Mount> = new Map<string, Mount>([
  mountable(attentionWidget),
  mountable(attentionSummaryWidget),
  mountable(comparisonWidget),
  mountable(corpusProfileWidget),
  mountable(evaluationWidget),
  mountable(forestWidget),
  mountable(errorsWidget),
  mountable(headImportanceWidget),
  mountable(precisionRecallWidget),
  mountable(scoresByLengthWidget),
  mountable(sentenceWidget),
  mountable(sentencesWidget),
  mountable(slicesWidget),
  mountable(sweepCurvesWidget),
  mountable(sweepTableWidget),
  mountable(tableWidget),
  mountable(trainingCurvesWidget),
  mountable(trajectoriesWidget),
]);
