import { type Plan, plansNamed } from "pnr/experiments";

const [table6] = plansNamed(["table6"]);

/** Table 6 with another ablation. In src/experiments/settings.ts, this is one more line in `ablations`. */
export const withWeightedHeads: Plan = {
  ...table6,
  settings: [
    ...table6.settings,
    { key: "weighted", label: "+Weighted heads", change: { model: { headFusion: "weighted" } } },
  ],
};
