import { it } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { Random } from "../../src/engine/random";
import { SentenceEncoder } from "../../src/model/encoder";
import { Parameters, Scope } from "../../src/nn/parameters";
import { forEachEngine } from "../support/engines";
import { indexed, makeSentence, smallBert, smallModel, toBatch, vocabularySizes } from "../support/model";
import { assertNear, scramble } from "../support/numbers";
import { encode } from "../support/reference-encoder";
import { Weights } from "../support/reference-math";

const width = fc.integer({ min: 0, max: 4 });

forEachEngine(() => {
  it("fuses any subset of characters, BERT, words and POS as in Eq. 1–4", () => {
    fc.assert(
      fc.property(
        width,
        width,
        width,
        fc.boolean(),
        fc.integer({ min: 1, max: 6 }),
        fc.nat(),
        (characters, words, pos, withBert, length, seed) => {
          fc.pre(withBert || characters + words + pos > 0);
          const bert = withBert ? smallBert : null;
          const config = { ...smallModel, embedding: { characters, words, pos }, bert };
          const random = new Random(seed);
          const parameters = new Parameters(random);
          const encoder = new SentenceEncoder(new Scope(parameters), config, vocabularySizes);
          scramble(parameters, random);
          const sentence = makeSentence(random, length);
          const expected = encode(Weights.of(parameters), config, indexed(sentence));
          tf.tidy(() => assertNear(encoder.forward(toBatch(sentence)), expected, 1e-5, "H"));
          parameters.dispose();
        },
      ),
      { numRuns: 20 },
    );
  });
});
