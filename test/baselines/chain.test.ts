import assert from "node:assert/strict";
import { test } from "node:test";
import { Chain, type ChainScores } from "../../src/baselines/chain";
import { nestingLevels, TagSet } from "../../src/baselines/tags";
import type { Target } from "../../src/criterion/loss";
import { Random } from "../../src/engine";
import { makeTargets, types as typeCount } from "../support/model";
import { assertNear } from "../support/numbers";

const tags = new TagSet(2);

/** "B0", "I0", "E0", "S0", "B1" … "O": the tags by name, for an independent definition of what is valid. */
const names = [...["0", "1"].flatMap((type) => [..."BIES"].map((part) => part + type)), "O"];
const valid = /^(O|S0|S1|B0(I0)*E0|B1(I1)*E1)+$/;

/** All valid sequences of this length. */
function sequences(tokens: number): number[][] {
  let all: number[][] = [[]];
  for (let token = 0; token < tokens; token++)
    all = all.flatMap((sequence) => names.map((_, tag) => [...sequence, tag]));
  return all.filter((sequence) => valid.test(sequence.map((tag) => names[tag]).join("")));
}

function randomScores(random: Random, tokens: number): ChainScores {
  const normal = (count: number) => Float32Array.from({ length: count }, () => 2 * random.normal());
  const { size } = tags;
  return {
    emissions: normal(tokens * size),
    transitions: normal(size * size),
    starts: normal(size),
    ends: normal(size),
  };
}

/** score(y), by its definition. */
function scoreOf({ emissions, transitions, starts, ends }: ChainScores, y: readonly number[]): number {
  const { size } = tags;
  return y.reduce(
    (sum, tag, token) =>
      sum +
      emissions[token * size + tag] +
      (token === 0 ? starts[tag] : transitions[y[token - 1] * size + tag]) +
      (token === y.length - 1 ? ends[tag] : 0),
    0,
  );
}

/** The probability of every valid sequence, by brute force. */
function distribution(scores: ChainScores, tokens: number): Map<readonly number[], number> {
  const weights = sequences(tokens).map((y) => [y, Math.exp(scoreOf(scores, y))] as const);
  const total = weights.reduce((sum, [, weight]) => sum + weight, 0);
  return new Map(weights.map(([y, weight]) => [y, weight / total]));
}

/** A random chain with its distribution. */
const cases = [1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4].map((tokens, seed) => {
  const scores = randomScores(new Random(seed), tokens);
  return { tokens, scores, chain: new Chain(tags, scores), all: distribution(scores, tokens) };
});

test("the tags have the transitions of BIOES and no others", () => {
  const expected = names.flatMap((from, tag) =>
    names.flatMap((to, other) => {
      const isOpen = /[BI]/.test(from);
      const follows = isOpen ? /[IE]/.test(to) && from[1] === to[1] : /[BSO]/.test(to);
      return follows ? [`${tag} ${other}`] : [];
    }),
  );
  assert.deepEqual(
    tags.after.flatMap((all, tag) => all.map((other) => `${tag} ${other}`)),
    expected,
  );
  const reversed = tags.before.flatMap((all, tag) => all.map((other) => `${other} ${tag}`));
  assert.deepEqual(reversed.sort(), expected.sort());
});

test("the partition function and the scores are those of all valid sequences", () => {
  for (const { scores, chain, all, tokens } of cases) {
    const total = [...all.keys()].reduce((sum, y) => sum + Math.exp(scoreOf(scores, y)), 0);
    assertNear(chain.logPartition, Math.log(total), 1e-9, `log Z of ${tokens} tokens`);
    for (const y of all.keys()) assertNear(chain.score(y), scoreOf(scores, y), 1e-9, "score");
  }
});

test("Viterbi finds the most probable sequence", () => {
  for (const { chain, all } of cases) {
    const [best] = [...all].reduce((one, other) => (other[1] > one[1] ? other : one));
    assert.deepEqual([...chain.best()], best);
  }
});

test("the expectations are the marginals of tags and of pairs of tags", () => {
  for (const { chain, all, tokens } of cases) {
    const { size } = tags;
    const expected = {
      emissions: new Float64Array(tokens * size),
      transitions: new Float64Array(size * size),
      starts: new Float64Array(size),
      ends: new Float64Array(size),
    };
    for (const [y, probability] of all) {
      expected.starts[y[0]] += probability;
      expected.ends[y[tokens - 1]] += probability;
      for (const [token, tag] of y.entries()) {
        expected.emissions[token * size + tag] += probability;
        if (token > 0) expected.transitions[y[token - 1] * size + tag] += probability;
      }
    }
    const actual = chain.expectations();
    for (const name of ["emissions", "transitions", "starts", "ends"] as const)
      assertNear(actual[name], expected[name], 1e-9, `${name} of ${tokens} tokens`);
  }
});

test("the probability of an entity is that of all sequences with it, and the best from each token is found", () => {
  for (const { chain, all, tokens } of cases) {
    for (let start = 0; start < tokens; start++) {
      const from: { entity: Target; probability: number }[] = [];
      for (let end = start; end < tokens; end++) {
        for (let type = 0; type < 2; type++) {
          const entity = { start, end, type };
          const text = JSON.stringify(entity);
          const probability = [...all].reduce(
            (sum, [y, p]) => sum + (tags.decode(y).some((one) => JSON.stringify(one) === text) ? p : 0),
            0,
          );
          assertNear(chain.probability(entity), probability, 1e-9, text);
          from.push({ entity, probability });
        }
      }
      const best = from.reduce((one, other) => (other.probability > one.probability ? other : one));
      assert.deepEqual(chain.mostProbableFrom(start), best.entity);
    }
  }
});

test("long sentences with large scores stay finite", () => {
  const { emissions, ...scores } = randomScores(new Random(9), 400);
  const chain = new Chain(tags, { ...scores, emissions: Array.from(emissions, (value) => 100 * value) });
  assert.ok(Number.isFinite(chain.logPartition));
  assert.ok(chain.logPartition >= chain.score(chain.best()) - 1e-6 * chain.logPartition);
  const { emissions: marginals } = chain.expectations();
  for (let token = 0; token < 400; token++) {
    const sum = marginals
      .slice(token * tags.size, (token + 1) * tags.size)
      .reduce((total, p) => total + p, 0);
    assertNear(sum, 1, 1e-6, `marginals of token ${token}`);
  }
});

test("levels hold all entities without overlaps, in the order of their nesting, and their tags decode to them", () => {
  const random = new Random(4);
  const ofAllTypes = new TagSet(typeCount);
  const textsOf = (entities: readonly Target[]) => entities.map((entity) => JSON.stringify(entity)).sort();
  for (let round = 0; round < 300; round++) {
    const tokens = 1 + random.below(7);
    const entities = makeTargets(random, tokens, random.below(9)).map(({ start, end, type }) => ({
      start,
      end,
      type,
    }));
    const levels = nestingLevels(entities);
    assert.deepEqual(textsOf(levels.flat()), textsOf(entities));
    const decoded = levels.map((level) => ofAllTypes.decode(ofAllTypes.encode(level, tokens)));
    assert.deepEqual(decoded.map(textsOf), levels.map(textsOf));
    assert.deepEqual(
      levels.map((level) => textsOf(nestingLevels(random.shuffled(level)).flat())),
      levels.map(textsOf),
    );
    for (const [level, of] of levels.entries()) {
      for (const inner of level ? of : []) {
        const outer = levels[level - 1].filter(({ start, end }) => start <= inner.end && inner.start <= end);
        assert.ok(outer.some(({ start, end }) => end - start >= inner.end - inner.start));
      }
    }
  }
  const span = (start: number, end: number): Target => ({ start, end, type: 0 });
  const nested = [span(2, 2), span(0, 5), span(2, 3), span(5, 5), span(7, 7), span(4, 6)];
  assert.deepEqual(nestingLevels(nested), [
    [span(0, 5), span(7, 7)],
    [span(4, 6), span(2, 3)],
    [span(2, 2), span(5, 5)],
  ]);
});
