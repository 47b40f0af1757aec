import assert from "node:assert/strict";
import { test } from "node:test";
import {
  rootOf,
  shiftedStudentCdf,
  studentCdf,
  studentQuantile,
} from "../../../src/experiments/analysis/distributions";

/** Compares in relative terms, because tails are small. */
function near(one: number, other: number, within = 1e-11): void {
  assert.ok(Math.abs(one - other) <= within * Math.max(Math.abs(other), 1e-4), `${one} is not ${other}`);
}

// Reference values: scipy 1.17, stats.norm.cdf, stats.t.cdf, stats.t.ppf and stats.nct.cdf.
test("the noncentral t at 0 is the normal distribution of scipy, also in its tails", () => {
  for (const [x, p] of [
    [-8, 6.22096057427174e-16],
    [-3.2, 0.0006871379379158471],
    [-1, 0.15865525393145707],
    [0, 0.5],
    [0.3, 0.6179114221889526],
    [1.96, 0.9750021048517795],
    [5, 0.9999997133484281],
  ])
    near(shiftedStudentCdf(0, 5, -x), p, 1e-7);
});

test("Student's t agrees with scipy, with whole and fractional degrees of freedom", () => {
  for (const [t, df, p] of [
    [-3, 2, 0.04773298313335456],
    [0.5, 1, 0.6475836176504333],
    [2.5, 4.7, 0.9712039203265663],
    [1.2, 11, 0.8723268587217827],
    [2, 200.5, 0.9765750976867795],
    [-40, 3, 1.7190340394579253e-5],
    [0, 5, 0.5],
  ])
    near(studentCdf(t, df), p);
  for (const [p, df, t] of [
    [0.975, 1, 12.706204736174694],
    [0.975, 2, 4.302652729749462],
    [0.975, 11, 2.200985160091639],
    [0.95, 4.7, 2.043811093013787],
    [0.9, 60.25, 1.2957612186513312],
    [0.025, 7, -2.3646242515927844],
    [0.995, 1000, 2.580754698065951],
  ])
    near(studentQuantile(p, df), t, 1e-9);
});

test("the noncentral t agrees with scipy", () => {
  for (const [t, df, shift, p] of [
    [2.2, 11, 2.8, 0.277265146679062],
    [2.2, 11, -1, 0.9980049311920116],
    [4.3, 2, 1.5, 0.8523441733620216],
    [12.7, 1, 3, 0.813803218007604],
    [2.0, 75.5, 2.9, 0.1854239041894158],
    [0, 5, 1, 0.15865525393145707],
  ])
    near(shiftedStudentCdf(t, df, shift), p, 1e-7);
});

test("a root is exact after a few evaluations, also between points of very different values", () => {
  for (const [cube, to] of [
    [2, 10],
    [-3, 4],
    [700, 9],
  ]) {
    let evaluations = 0;
    const root = rootOf(
      (x) => {
        evaluations++;
        return x ** 3 - cube;
      },
      -5,
      to,
    );
    near(root, Math.cbrt(cube), 1e-13);
    assert.ok(evaluations < 25, `${evaluations} evaluations`);
  }
});
