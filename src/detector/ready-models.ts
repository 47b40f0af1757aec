import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** The folder of the models that come with the package. A subfolder's name is that of its model. */
export const readyModels: string = join(__dirname, "../../../data/models");

/** Names of the models that come with the package, such as "genia". */
export function readyModelNames(): string[] {
  if (!existsSync(readyModels)) return [];
  return readdirSync(readyModels)
    .filter((name) => existsSync(join(readyModels, name, "best.json")))
    .sort();
}
