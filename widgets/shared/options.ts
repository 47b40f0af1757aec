/** @throws RangeError of one line for an option that does not exist, with those that do */
export function mustBeAmong(name: string, given: readonly string[], known: readonly string[]): void {
  const wrong = given.find((one) => !known.includes(one));
  if (wrong !== undefined)
    throw new RangeError(`${name}: "${wrong}" does not exist; there are ${known.join(", ")}`);
}
