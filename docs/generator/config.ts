import { isDeepStrictEqual } from "node:util";
import { type Config, configSchema, type PresetName, presets } from "../../src/config/config";
import { docstringsOf } from "./docstrings";
import { type Key, keysOf, rulesOf } from "./keys";

/** The preset whose values stand in a column of their own; the others are told where they differ. */
const main: PresetName = "s0";
/** Second names of a setting: `paper` is `s0`, and `sample` is `quickstart`. */
const again: readonly string[] = ["paper", "sample"];
const others = (Object.keys(presets) as PresetName[]).filter(
  (name) => name !== main && !again.includes(name),
);

const sections: readonly (readonly [prefix: string, title: string, about: string])[] = [
  [
    "variant",
    "Variant",
    "Whose choices the other keys start from; [the ledger](paper-and-code.md) tells them all.",
  ],
  [
    "model.",
    "Model",
    "The network's shape, the ablations of Table 6, and the points in which the released code differs.",
  ],
  [
    "model.wordVectors.",
    "Word vectors",
    "`model.wordVectors` is `null`, or an object of these keys. [More about them](word-vectors-and-text.md).",
  ],
  [
    "model.bert.",
    "BERT",
    "`model.bert` is `null`, or an object of these keys. [More about them](encoders.md).",
  ],
  ["loss.", "Loss", "Assignment and loss (§3.4)."],
  ["training.", "Training", "How a run goes."],
];

/** The page that tells every key of the configuration: `docs/config.md`. */
export function configPage(root: string): string {
  const docs = docstringsOf(root, "src/config/config.ts", "Config");
  const keys = keysOf(configSchema);
  const rules = rulesOf(configSchema);
  return [
    "# Configuration",
    "",
    "<!-- Made by `npm run docs` from the schema and its documentation comments; a test holds it equal to them. -->",
    "",
    "A run's settings are one object with the keys below. A preset has a value for each; a JSON file (`--config`), `--set key=value`",
    "and `parseConfig` change what they name and leave the rest. A value is read as JSON, else as text: `--set model.kernels=[2,3]",
    "model.update=residual`. Unknown keys, other types and numbers out of range are refused with the key's name and the nearest right one.",
    "",
    `*Default* is the value in the preset \`${main}\`, also called \`paper\`; for word vectors and a BERT, which ${main} does without, what a`,
    "key is where they are given without it (– where it must be given). *Others* are the presets that differ from that; `pnr train` takes",
    "`small` where nothing is said. Why there are these presets: [encoders](encoders.md#the-papers-settings) for the paper's own,",
    "[the benchmark](benchmark.md) for `s`, `m` and `b`.",
    ...sections.flatMap(([prefix, title, about]) => [
      "",
      `## ${title}`,
      "",
      about,
      "",
      "| key | takes | default | others | what it does |",
      "|---|---|---|---|---|",
      ...keys.filter(({ path }) => sectionOf(path) === prefix).map((key) => row(key, docs)),
    ]),
    "",
    "## Between keys",
    "",
    ...rules.map(
      ({ path, message }) => `- \`${path}\`: ${message.replace(/\b(model|training)\.[\w.=]+\w/g, "`$&`")}.`,
    ),
    "",
  ].join("\n");
}

/** The longest of the sections' beginnings. */
function sectionOf(path: string): string | undefined {
  return sections
    .map(([prefix]) => prefix)
    .filter((prefix) => path.startsWith(prefix))
    .sort((a, b) => b.length - a.length)[0];
}

function row({ path, takes, fallback }: Key, docs: ReadonlyMap<string, string>): string {
  const about = docs.get(path);
  if (about === undefined) throw new Error(`${path} has no documentation comment`);
  const own = valueAt(presets[main], path) ?? fallback;
  const groups = new Map<string, string[]>();
  for (const name of others) {
    const value = valueAt(presets[name], path);
    if (value === undefined || isDeepStrictEqual(value, own)) continue;
    const shown = show(value);
    groups.set(shown, [...(groups.get(shown) ?? []), name]);
  }
  const differing = [...groups].map(([value, names]) => `${names.join(", ")}: ${value}`).join("; ");
  const cells = [`\`${path}\``, takes, own === undefined ? "–" : show(own), differing, about];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

/** undefined where something above the key is null. */
function valueAt(config: Config, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>(
      (at, key) => (at === null ? undefined : (at as Record<string, unknown> | undefined)?.[key]),
      config,
    );
}

function show(value: unknown): string {
  return `\`${JSON.stringify(value)}\``;
}
