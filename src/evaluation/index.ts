export { evaluate } from "./evaluate";
export { scoreEntities } from "./scores";
export type { Score, Scores } from "./types";
