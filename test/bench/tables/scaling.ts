import { alignedTable } from "../../../src/cli/shared/tables";
import type { ScalingPoint } from "../result";
import { type Axis, axes, growthOf } from "../scaling";
import { number } from "./numbers";

export function scalingText(points: readonly ScalingPoint[], variant: string): string[] {
  const engines = [...new Set(points.map(({ engine }) => engine))];
  const titles: Readonly<Record<Axis, string>> = {
    length: `Cost by sentence length (variant ${variant}; tokens; one sentence a step)`,
    hidden: `Cost by width of the model (variant ${variant}; a batch a step)`,
  };
  return (Object.keys(axes) as Axis[]).map((axis) => {
    const own = points.filter((point) => point.axis === axis);
    const sizes = [...new Set(own.map(({ size }) => size))];
    const columns = engines.flatMap((engine) =>
      (["training", "inference"] as const).map((what) => ({
        what,
        name: `${engine}, ${what}`,
        points: own.filter((point) => point.engine === engine),
      })),
    );
    const cell = (point: ScalingPoint | undefined, what: "training" | "inference") =>
      point?.[what] ? number(1000 * point[what].median) : point?.failure ? "failed" : "";
    const rows = sizes.map((size) => [
      String(size),
      ...columns.map((column) =>
        cell(
          column.points.find((point) => point.size === size),
          column.what,
        ),
      ),
    ]);
    const growth = (pick: "overall" | "atEnd") =>
      columns.map((column) => number(growthOf(column.points, column.what)[pick]));
    const failures = own.flatMap(({ engine, size, failure }) =>
      failure ? [`${engine} at ${size} failed: ${failure}`] : [],
    );
    return [
      titles[axis],
      alignedTable([
        ["", ...columns.map(({ name }) => `${name}, ms`)],
        ...rows,
        ["exponent, all sizes", ...growth("overall")],
        ["exponent, last two", ...growth("atEnd")],
      ]),
      ...failures,
    ].join("\n");
  });
}
