import type { Widget } from "../shared/widget";
import { buildAttention } from "./build";
import { type AttentionData, type PackedAttention, unpackAttention } from "./data";
import type { AttentionState } from "./state";
import { attentionTable } from "./table";
import { attentionView } from "./view";
import { attentionText, attentionTitle } from "./words";

/** Attention of a layer's heads with its Gaussian prior. */
export const attentionWidget: Widget<PackedAttention, AttentionState, AttentionData> = {
  kind: "attention",
  open: unpackAttention,
  title: attentionTitle,
  build: buildAttention,
  text: attentionText,
  table: attentionTable,
  view: attentionView,
};
