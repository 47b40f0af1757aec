import type { Control } from "../../widgets/shared/controls";
import type { Widget, WidgetInstance } from "../../widgets/shared/widget";

interface State {
  readonly count: number;
  readonly mode: string;
  readonly shown: readonly string[];
}

/** A widget with every kind of part and control, for tests. */
export const counterWidget: Widget<{ readonly most: number }, State> = {
  kind: "counter",
  open: (packed) => packed,
  title: (_, { count, mode }) => `count ${count}, ${mode}`,
  build: ({ most }, { count, shown }, theme) => [
    {
      figure: {
        data: [{ type: "bar", x: [0, 1], y: [count, most], customdata: ["zero", "most"] }],
        layout: { width: 320, height: 160, paper_bgcolor: theme.paper, font: { color: theme.ink } },
      },
    },
    ...(shown.includes("scene")
      ? [
          {
            scene: {
              width: 320,
              height: 30,
              marks: [
                {
                  mark: "text" as const,
                  x: 5,
                  y: 20,
                  text: `<img src=x onerror="alert(1)"> ${count}`,
                  color: theme.ink,
                  size: 12,
                  value: "zero",
                  title: "back to zero",
                },
              ],
            },
          },
        ]
      : []),
    {
      grid: {
        head: [[{ text: "what" }, { text: "number" }]],
        rows: [[{ text: "<b>count</b>" }, { text: String(count), bold: true }]],
        align: ["left", "right"],
      },
    },
  ],
  text: (_, { count }) => `The count is ${count}.`,
  table: ({ most }, { count }) => ({
    name: "counter",
    columns: { what: ["count", "most"], number: [count, most] },
  }),
  view: {
    controls: ({ most }, { count, mode, shown }): Control[] => [
      {
        type: "slider",
        name: "count",
        label: "count",
        from: 0,
        to: most,
        step: 1,
        value: count,
        reading: `count ${count}`,
        play: 20,
        arrows: "horizontal",
      },
      {
        type: "choice",
        name: "mode",
        label: "mode",
        options: ["slow", "quick"].map((value) => ({ value, text: value })),
        value: mode,
        arrows: "vertical",
      },
      {
        type: "multiple",
        name: "shown",
        label: "parts",
        options: [{ value: "scene", text: "the scene" }],
        value: shown,
      },
      { type: "toggle", name: "high", label: "high", value: count === most },
    ],
    change: ({ most }, state, control, value) =>
      control === "high" ? { ...state, count: value ? most : 0 } : { ...state, [control]: value },
    click: ({ most }, state, value) =>
      value === "zero" ? { ...state, count: 0 } : value === "most" ? { ...state, count: most } : undefined,
  },
};

export function counter(count: number): WidgetInstance<{ readonly most: number }, State> {
  return { widget: counterWidget, packed: { most: 9 }, state: { count, mode: "slow", shown: ["scene"] } };
}
