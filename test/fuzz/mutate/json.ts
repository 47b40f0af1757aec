// Ways to break a JSON document that keep it valid JSON, so that the code after the parser is reached.
import type { Random } from "../../../src/engine/random";
import { hostileNames } from "../../support/hostile";
import { pick } from "../reader";
import type { Mutator } from "./bytes";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Container = Json[] | { [key: string]: Json };

interface Place {
  readonly inside: Container;
  readonly key: string | number;
}

const mostPlaces = 10_000;

const isContainer = (value: Json): value is Container => typeof value === "object" && value !== null;

/** The nested values of a document, up to a limit. */
function placesIn(document: Json): Place[] {
  const places: Place[] = [];
  const stack: Json[] = [document];
  for (let value = stack.pop(); value !== undefined && places.length < mostPlaces; value = stack.pop()) {
    if (!isContainer(value)) continue;
    for (const key of Array.isArray(value) ? value.keys() : Object.keys(value)) {
      const place = { inside: value, key };
      places.push(place);
      stack.push(valueAt(place));
    }
  }
  return places;
}

function valueAt({ inside, key }: Place): Json {
  return (inside as Record<string | number, Json>)[key];
}

/** Sets a value, also under the key `__proto__`, to which an assignment would not add a property. */
function put({ inside, key }: Place, value: Json): void {
  Object.defineProperty(inside, key, { value, enumerable: true, configurable: true, writable: true });
}

function oddValue(random: Random): Json {
  const deep = (depth: number): Json =>
    depth ? (random.below(2) ? [deep(depth - 1)] : { a: deep(depth - 1) }) : 1;
  return pick<() => Json>(
    [
      () => null,
      () => random.below(2) === 1,
      () => pick([-1, 0, 0.5, 1, 2 ** 31, 2 ** 32, 2 ** 53, 1e300, -1e300, 1e-300, 100_000], random),
      () => pick(hostileNames, random),
      () => "x".repeat(2 ** random.below(15)),
      () => [],
      () => ({}),
      () => deep(random.below(60)),
      () => new Array<Json>(2 ** random.below(12)).fill(pick<Json>([0, "a", null, [], {}], random)),
    ],
    random,
  )();
}

type Change = (places: readonly Place[], random: Random) => void;

const replace: Change = (places, random) => put(pick(places, random), oddValue(random));

const remove: Change = (places, random) => {
  const { inside, key } = pick(places, random);
  if (Array.isArray(inside)) inside.splice(Number(key), 1);
  else delete inside[key];
};

const add: Change = (places, random) => {
  const { inside } = pick(places, random);
  const value = random.below(2) ? oddValue(random) : structuredClone(valueAt(pick(places, random)));
  if (Array.isArray(inside)) inside.push(value);
  else put({ inside, key: pick(hostileNames, random) }, value);
};

/** Replaces a value with a copy of another, so that no value contains itself. */
const exchange: Change = (places, random) =>
  put(pick(places, random), structuredClone(valueAt(pick(places, random))));

const repeat: Change = (places, random) => {
  const list = pick(places, random).inside;
  if (!Array.isArray(list) || !list.length || list.length > 4096) return;
  const item = pick(list, random);
  for (let times = 2 ** random.below(8); times > 0; times--) list.push(structuredClone(item));
};

const rename: Change = (places, random) => {
  const place = pick(places, random);
  const { inside, key } = place;
  if (Array.isArray(inside)) return;
  const value = valueAt(place);
  delete inside[key];
  put({ inside, key: pick(hostileNames, random) }, value);
};

const changes: readonly Change[] = [replace, replace, replace, remove, add, exchange, repeat, rename];

const structure: Mutator = (bytes, random, other) => {
  const document = parse(bytes) ?? parse(other);
  if (document === undefined) return bytes;
  try {
    for (let times = 1 + random.below(3); times > 0; times--) {
      const places = placesIn(document);
      if (!places.length) return Buffer.from(JSON.stringify(oddValue(random)));
      pick(changes, random)(places, random);
    }
    return Buffer.from(JSON.stringify(document));
  } catch (error) {
    // Earlier changes nested it too deeply for JSON.stringify.
    if (error instanceof RangeError) return bytes;
    throw error;
  }
};

function parse(bytes: Buffer): Json | undefined {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return undefined;
  }
}

/** Breaks one line of JSON Lines. */
const lineStructure: Mutator = (bytes, random, other) => {
  const lines = bytes.toString("latin1").split("\n");
  const index = random.below(lines.length);
  const changed = structure(Buffer.from(lines[index], "latin1"), random, other);
  return Buffer.from(lines.toSpliced(index, 1, changed.toString("latin1")).join("\n"), "latin1");
};

export const jsonMutators: readonly Mutator[] = [structure, lineStructure];
