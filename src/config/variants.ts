import { paperLoss, releasedLoss } from "./loss";
import { paperDifferences, releasedDifferences } from "./model";

/** What each variant sets. */
export const variants: Readonly<Record<"paper" | "released", object>> = {
  paper: {
    model: { ...paperDifferences, update: "gate" },
    loss: paperLoss,
    training: { batching: "similarLength", schedule: "cosine", decay: "matrices" },
  },
  released: {
    model: releasedDifferences,
    loss: releasedLoss,
    training: { batching: "shuffled", schedule: "linear", decay: "all" },
  },
};
