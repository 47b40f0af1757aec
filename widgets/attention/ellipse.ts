/**
 * The points where a Gaussian-like distribution G(x) = exp(-(x - μ)ᵀ Θ (x - μ)) has fallen to `level` (Eq. 12).
 * @param center μ, [2]
 * @param precision Θ, [3]: its corner for start, what start and end share, its corner for end
 * @returns x and y of a closed line; empty where Θ is so flat that the line lies nowhere near.
 */
export function ellipse(
  center: ArrayLike<number>,
  precision: ArrayLike<number>,
  level: number,
): { readonly x: number[]; readonly y: number[] } {
  const first = Math.sqrt(precision[0]); //          Θ = R Rᵀ with R = [[first, 0], [mixed, second]]
  const mixed = precision[1] / first;
  const second = Math.sqrt(precision[2] - mixed * mixed);
  if (!(first > flattest && second > flattest)) return { x: [], y: [] };
  const radius = Math.sqrt(-Math.log(level));
  const x: number[] = [];
  const y: number[] = [];
  for (let step = 0; step <= steps; step++) {
    const angle = (2 * Math.PI * step) / steps;
    const v = (radius * Math.sin(angle)) / second; // x - μ = R⁻ᵀ · point on the circle
    x.push(center[0] + (radius * Math.cos(angle) - mixed * v) / first);
    y.push(center[1] + v);
  }
  return { x, y };
}

const steps = 72;
const flattest = 1e-4;
