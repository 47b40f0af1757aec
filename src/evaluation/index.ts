export { scoreEntities } from "./scores";
export type { Score, ScoredEntity, Scores } from "./types";
