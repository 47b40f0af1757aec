/** Words with their vectors. */
export type Rows = readonly (readonly [word: string, values: readonly number[]])[];

/** GloVe's text, or with a header word2vec's. */
export function textOf(rows: Rows, header = false): Buffer {
  const lines = rows.map(([word, values]) => `${word} ${values.join(" ")}\n`);
  return Buffer.from([...(header ? [`${rows.length} ${rows[0][1].length}\n`] : []), ...lines].join(""));
}

/** word2vec's binary format. @param ending after each row; writers differ */
export function binaryOf(rows: Rows, ending: "" | "\n" = ""): Buffer {
  const parts = rows.map(([word, values]) => {
    const numbers = Buffer.alloc(4 * values.length);
    for (const [index, value] of values.entries()) numbers.writeFloatLE(value, 4 * index);
    return Buffer.concat([Buffer.from(`${word} `), numbers, Buffer.from(ending)]);
  });
  return Buffer.concat([Buffer.from(`${rows.length} ${rows[0][1].length}\n`), ...parts]);
}
