import { type Plan, plansNamed } from "pnr/experiments";

const [table6] = plansNamed(["table6"]);

/** Table 6 with a row more; in src/experiments/plans/settings.ts it would be this one line among the ablations. */
export const withWeightedHeads: Plan = {
  ...table6,
  settings: [...table6.settings, { label: "+Weighted heads", change: { model: { headFusion: "weighted" } } }],
};
