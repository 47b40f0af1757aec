import { alignedTable } from "./aligned-table";

/** The display of a value in place of its fields. */
export interface Showing {
  /** Names the widget that draws `content` in notebooks (`widgets/values.ts`). */
  readonly kind: "sentences" | "corpus" | "evaluation" | "trace" | "table" | "sweep" | "lengths";
  /** Plain data for the widget. */
  readonly content: () => unknown;
  /** The text that terminals print. */
  readonly text: () => string;
}

/** Key of the method that returns a value's {@link Showing}. */
export const showingKey: symbol = Symbol.for("pnr.showing");

/** Draws what a value shows, as content by MIME type. */
export type ShowingRenderer = (showing: Showing) => Promise<Readonly<Record<string, string>>>;

/** Key of the renderer in `globalThis`, where `pnr/widgets` puts it, so that neither side needs to import the other. */
const rendererKey: unique symbol = Symbol.for("pnr.renderer");

/** The method that Node's `util.inspect` calls. */
const inspectKey = Symbol.for("nodejs.util.inspect.custom");

/** The method that notebook kernels call, such as Deno's. */
const displayKey = Symbol.for("Jupyter.display");

/**
 * Returns a function that makes values show themselves: `console.log` prints a value's text, and as the last value of a notebook's
 * cell it shows its widget. In a kernel other than ours, that needs an import of `pnr/widgets`; without it, the cell shows the text. A
 * value gets three hidden methods, which JSON, spreads, comparisons and structured clones ignore.
 */
export function selfShowing<T extends object>(describe: (value: T) => Showing): <V extends T>(value: V) => V {
  const methods: PropertyDescriptorMap = {
    [showingKey]: hidden(function (this: T) {
      return describe(this);
    }),
    [inspectKey]: hidden(function (this: T, depth: number) {
      const { kind, text } = describe(this);
      return depth < 0 ? `[${kind}]` : text();
    }),
    [displayKey]: hidden(async function (this: T) {
      const { [rendererKey]: render } = globalThis as { [rendererKey]?: ShowingRenderer };
      const showing = describe(this);
      return render ? render(showing) : { "text/plain": showing.text() };
    }),
  };
  return (value) => Object.defineProperties(value, methods);
}

function hidden(value: unknown): PropertyDescriptor {
  return { value, enumerable: false, configurable: true, writable: true };
}

/** Shows rows with the same columns as a table. */
export function tableShowing(
  caption: string,
  rows: () => readonly Readonly<Record<string, string | number>>[],
): Showing {
  return {
    kind: "table",
    content: () => ({ caption, rows: rows() }),
    text: () => {
      const tableRows = rows();
      if (!tableRows.length) return caption;
      const cells = tableRows.map((row) => Object.values(row).map(String));
      return `${caption}\n${alignedTable([Object.keys(tableRows[0]), ...cells])}`;
    },
  };
}
