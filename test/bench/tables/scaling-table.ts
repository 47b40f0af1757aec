import { alignedTable } from "../../../src/base/aligned-table";
import type { ScalingPoint } from "../result";
import { type Axis, axes, growthOf } from "../scaling";
import { number } from "./numbers";

export function scalingText(points: readonly ScalingPoint[], variant: string): string[] {
  const engines = [...new Set(points.map(({ engine }) => engine))];
  const titles: Readonly<Record<Axis, string>> = {
    length: `Cost by sentence length (variant ${variant}; tokens; one sentence per step)`,
    hidden: `Cost by width of the model (variant ${variant}; one batch per step)`,
  };
  return (Object.keys(axes) as Axis[]).map((axis) => {
    const axisPoints = points.filter((point) => point.axis === axis);
    const sizes = [...new Set(axisPoints.map(({ size }) => size))];
    const columns = engines.flatMap((engine) =>
      (["training", "inference"] as const).map((what) => ({
        what,
        name: `${engine}, ${what}`,
        points: axisPoints.filter((point) => point.engine === engine),
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
    const failures = axisPoints.flatMap(({ engine, size, failure }) =>
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
