/**
 * The points where a Gaussian-like distribution G(x) = exp(-(x - μ)ᵀ Θ (x - μ)) has fallen to `level` (Eq. 12).
 * @param center μ, [2]
 * @param precision Θ, [2, 2] row-major
 * @returns x and y of a closed line; empty where Θ is so flat that the line lies nowhere near.
 */
export function ellipse(
  center: ArrayLike<number>,
  precision: ArrayLike<number>,
  level: number,
): { readonly x: number[]; readonly y: number[] } {
  const [a, b, , d] = Array.from(precision);
  const first = Math.sqrt(a); //                     Θ = R Rᵀ with R = [[first, 0], [mixed, second]]
  const mixed = b / first;
  const second = Math.sqrt(d - mixed * mixed);
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
