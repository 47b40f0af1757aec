import type { Control, Option, View } from "../shared/widget";
import type { PackedScores } from "./data";
import { behindOf, type Chosen, ofLength, pages, type State } from "./state";

const none = "none";

export const view: View<State, PackedScores> = {
  controls: (data, state) => [...figureControls(data, state), ...sentenceControls(data, state)],
  change: (data, state, control, value) => {
    const chosen = state.chosen ?? { run: openable(data)[0] ?? 0, group: none };
    switch (control) {
      case "marks":
        return { ...state, marks: value as State["marks"] };
      case "paper":
        return { ...state, paper: value as State["paper"] };
      case "length":
        return choose(state, value === none ? null : { ...chosen, group: String(value) });
      case "run":
        return choose(state, { ...chosen, run: Number(value) });
      case "listed":
        return { ...state, listed: value as State["listed"], page: 0 };
      case "page":
        return { ...state, page: Number(value) - 1 };
      default:
        return state;
    }
  },
  click: (data, state, value) => {
    const [run, group] = String(value).split(" ");
    const chosen = { run: Number(run), group };
    if (!behindOf(data, chosen)) return undefined;
    const again = state.chosen?.run === chosen.run && state.chosen.group === group;
    return choose(state, again ? null : chosen);
  },
};

function choose(state: State, chosen: Chosen | null): State {
  return { ...state, chosen, page: 0 };
}

function figureControls({ paper }: PackedScores, state: State): Control[] {
  const marks = options("bars", "points");
  const controls: Control[] = [
    { type: "choice", name: "marks", label: "marks", options: marks, value: state.marks },
  ];
  if (paper) {
    const corpora = options("off", ...Object.keys(paper));
    controls.push({
      type: "choice",
      name: "paper",
      label: "paper's Table 5",
      options: corpora,
      value: state.paper,
    });
  }
  return controls;
}

function sentenceControls(data: PackedScores, state: State): Control[] {
  const runs = openable(data);
  if (!runs.length) return [];
  const { chosen } = state;
  const lengths = [
    { value: none, text: "none" },
    ...data.groups.map((group) => ({ value: group, text: ofLength(group) })),
  ];
  const controls: Control[] = [
    {
      type: "choice",
      name: "length",
      label: "sentences with entities",
      options: lengths,
      value: chosen?.group ?? none,
      arrows: "vertical",
    },
  ];
  if (!chosen) return controls;
  if (runs.length > 1) {
    const names = runs.map((run) => ({ value: String(run), text: data.runs[run].name }));
    controls.push({
      type: "choice",
      name: "run",
      label: "of run",
      options: names,
      value: String(chosen.run),
    });
  }
  const kinds = [
    { value: "wrong", text: "with errors" },
    { value: "all", text: "all" },
  ];
  controls.push({ type: "choice", name: "listed", label: "which", options: kinds, value: state.listed });
  const last = pages(data, state);
  if (last > 1) {
    const value = state.page + 1;
    controls.push({
      type: "slider",
      name: "page",
      label: "page",
      from: 1,
      to: last,
      step: 1,
      value,
      reading: `${value} of ${last}`,
      arrows: "horizontal",
    });
  }
  return controls;
}

/** Runs whose sentences are known. */
function openable({ runs }: PackedScores): number[] {
  return runs.flatMap(({ behind }, run) => (behind ? [run] : []));
}

function options(...values: readonly string[]): Option[] {
  return values.map((value) => ({ value, text: value }));
}
