/** Keeps the values that were made or asked for last, so that the same need not be made again and memory stays bounded. */
export class Recent<V> {
  private readonly values = new Map<string, V>();

  /** @param most how many values are kept */
  constructor(private readonly most: number) {}

  /** The value of a key; made where it is not kept. */
  get(key: string, make: () => V): V {
    const value = this.values.get(key) ?? make();
    // a map keeps the order in which keys were set
    this.values.delete(key);
    this.values.set(key, value);
    for (const oldest of this.values.keys()) {
      if (this.values.size <= this.most) break;
      this.values.delete(oldest);
    }
    return value;
  }
}
