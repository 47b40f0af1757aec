import type { Reader } from "../reader";
import { arrow } from "./arrow";
import { corpora } from "./corpora";
import { encoders } from "./encoders";
import { models } from "./models";
import { runs } from "./runs";
import { tensors } from "./tensors";
import { vectors } from "./vectors";

/** All readers of files from outside. */
export const readers: readonly Reader[] = [
  ...corpora,
  ...arrow,
  ...tensors,
  ...vectors,
  ...encoders,
  ...models,
  ...runs,
];
