import { sum } from "../../base/sum";
import { Random } from "../../engine/random";
import { manyDraws } from "./friedman";
import { type Estimate, pDifferent } from "./statistics";

/**
 * The sources of variance of a score, for one run on all test units (sentences or documents). The variance of a mean over n seeds
 * is seed / n + units + interaction / n.
 */
export interface Components {
  /** The training seed, with the training subset if each seed draws its own. */
  readonly seed: number;
  /** The choice of the test units. */
  readonly units: number;
  /** The part that depends on both. */
  readonly interaction: number;
}

/** The mean of a score over seeds, with its error over seeds and units. */
export interface CrossedEstimate extends Estimate {
  /** null for one seed, whose standard error covers the units only. */
  readonly components: Components | null;
  readonly seeds: number;
  readonly units: number;
}

/**
 * Estimates a mean over seeds, which cross the test units: each seed's model is scored on all of them. The error comes from the
 * variance components of a two-way layout with random effects, its degrees of freedom from Satterthwaite's formula.
 * @param scores one per seed
 * @param influences `[seed][unit]`: the first-order effect of each unit on the score, with mean 0
 */
export function crossedEstimate(
  scores: readonly number[],
  influences: readonly ArrayLike<number>[],
): CrossedEstimate {
  const [seeds, units] = [scores.length, influences[0].length];
  const estimate = sum(scores) / seeds;
  const { columns, residuals } = layout(influences);
  const degrees = Math.max(1, units - 1);
  if (seeds === 1) {
    const standardError = Math.sqrt(sum(columns.map((effect) => effect ** 2)) / degrees / units);
    return { estimate, standardError, df: degrees, components: null, seeds, units };
  }
  const squares: MeanSquares = {
    seeds: sum(scores.map((score) => (score - estimate) ** 2)) / (seeds - 1),
    units: (seeds * sum(columns.map((effect) => effect ** 2))) / degrees / units,
    rest: sum(residuals) / (seeds - 1) / degrees / units,
  };
  const components = componentsOf(squares, seeds);
  return { estimate, ...errorOf(squares, seeds, units), components, seeds, units };
}

/** Mean squares of the two-way layout, on the scale of one run's score. */
interface MeanSquares {
  readonly seeds: number;
  readonly units: number;
  readonly rest: number;
}

/** Each unit's mean effect over the seeds, and the sum over the seeds of its squared deviations from that. */
function layout(influences: readonly ArrayLike<number>[]): { columns: number[]; residuals: number[] } {
  const units = Array.from({ length: influences[0].length }, (_, unit) => unit);
  const columns = units.map((unit) => sum(influences.map((row) => row[unit])) / influences.length);
  const residuals = units.map((unit) => sum(influences.map((row) => (row[unit] - columns[unit]) ** 2)));
  return { columns, residuals };
}

function componentsOf({ seeds, units, rest }: MeanSquares, n: number): Components {
  return { seed: Math.max(0, seeds - rest), units: Math.max(0, (units - rest) / n), interaction: rest };
}

/** A component cannot be negative, so a mean square below the residual one is raised to it. */
function errorOf(
  { seeds, units, rest }: MeanSquares,
  n: number,
  unitCount: number,
): Pick<Estimate, "standardError" | "df"> {
  const [a, b] = [Math.max(seeds, rest), Math.max(units, rest)];
  const total = a + b - rest;
  const degrees = Math.max(1, unitCount - 1);
  const spread = a ** 2 / (n - 1) + b ** 2 / degrees + rest ** 2 / ((n - 1) * degrees);
  return { standardError: Math.sqrt(total / n), df: spread === 0 ? n - 1 : total ** 2 / spread };
}

/** The standard error that a mean over this number of seeds would have. @param seeds at least 2 */
export function expectedError(
  { seed, units, interaction }: Components,
  seeds: number,
  unitCount: number,
): Pick<Estimate, "standardError" | "df"> {
  const squares = { seeds: seed + interaction, units: seeds * units + interaction, rest: interaction };
  return errorOf(squares, seeds, unitCount);
}

/**
 * How often the test at level 5 % finds a difference between equal settings, in a simulation at the observed variances. The units'
 * effects are drawn from the observed ones, with their heavy tails; the seeds' effects are normal.
 * @param influences as for {@link crossedEstimate}, of at least two seeds
 */
export function falsePositiveRate(
  scores: readonly number[],
  influences: readonly ArrayLike<number>[],
  { draws = manyDraws, seed = 1 }: { readonly draws?: number; readonly seed?: number } = {},
): number {
  const { components, seeds, units } = crossedEstimate(scores, influences);
  if (!components) throw new RangeError("one seed does not show how seeds vary");
  const { columns, residuals } = layout(influences);
  const random = new Random(seed);
  const normal = (variance: number): number => random.normal() * Math.sqrt(variance);
  let significant = 0;
  for (let draw = 0; draw < draws; draw++) {
    let [sum, squares, residual] = [0, 0, 0];
    for (let unit = 0; unit < units; unit++) {
      const index = random.below(units);
      sum += columns[index];
      squares += columns[index] ** 2;
      residual += residuals[index];
    }
    const mean = sum / units;
    let deviations = 0;
    for (let one = 1; one < seeds; one++) deviations += normal(components.seed + components.interaction) ** 2;
    const meanSquares = {
      seeds: deviations / (seeds - 1),
      units: (seeds * (squares - units * mean ** 2)) / (units - 1) / units,
      rest: residual / (seeds - 1) / (units - 1) / units,
    };
    const estimate = mean + normal(components.seed / seeds);
    if (pDifferent({ estimate, ...errorOf(meanSquares, seeds, units) }) < 0.05) significant++;
  }
  return significant / draws;
}
