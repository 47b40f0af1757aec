import type { Trace } from "../../src/model/trace-types";
import { showWidget } from "../shared/show";
import { attentionText, buildAttention } from "./build";
import { packAttention, type Selection, select, unpackAttention } from "./data";

/**
 * Shows the attention of one proposal over the tokens: content score, log prior, their sum and the weights, beside the
 * start–end plane with the prior's contours. Controls choose layer, head and proposal.
 * @param options what is shown first; by default the last layer, the mean of its heads, and the proposal of the most
 *   probable entity.
 * @throws RangeError for a layer, head or proposal that the trace does not have.
 */
export async function showAttention(trace: Trace, options: Partial<Selection> = {}): Promise<void> {
  const data = packAttention(trace, select(trace, options));
  const model = unpackAttention(data); // the picture shows what the browser will
  const figure = buildAttention(model, data.selection);
  await showWidget({ kind: "attention", data, figure, text: attentionText(model, data.selection) });
}
