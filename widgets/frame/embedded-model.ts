import type * as engineModule from "../../src/browser";
import { decode85 } from "../model-page/base85";
import { fromPlanes } from "../model-page/byte-planes";
import type { EmbeddedModel, PackedParts } from "../shared/another-sentence";
import { once } from "./once";

type Engine = typeof engineModule;

/** Functions that start the engines and models of the page, each once, by the names of their parts. */
const engines = new Map<string, () => Promise<Engine>>();
const models = new Map<string, () => Promise<engineModule.Predictor>>();

/**
 * The model that an output has put into the page. Starts it on the first call.
 * @returns undefined if the page lacks it, as a notebook without scripts does
 */
export function embeddedModel(names: EmbeddedModel): (() => Promise<engineModule.Predictor>) | undefined {
  const [engine, model] = [names.engine, names.model].map(partsAt);
  if (!engine || !model) return undefined;
  if (!engines.has(names.engine))
    engines.set(
      names.engine,
      once(() => startEngine(engine)),
    );
  if (!models.has(names.model))
    models.set(
      names.model,
      once(async () => {
        const { loadPageModel } = await engines.get(names.engine)!();
        const [description, weights] = await Promise.all([textOf(model.description), bytesOf(model.weights)]);
        return loadPageModel(description, fromPlanes(weights));
      }),
    );
  return models.get(names.model);
}

function partsAt(name: string): PackedParts | undefined {
  return (window as unknown as Record<string, PackedParts | undefined>)[name];
}

/** Modules cannot be imported everywhere: VS Code's outputs forbid them, but not functions made from text. */
async function startEngine(parts: PackedParts): Promise<Engine> {
  const [script, tfjs, relaxed, basic] = await Promise.all([
    textOf(parts.engine),
    ...[parts.tfjs, parts.relaxed, parts.basic].map(bytesOf),
  ]);
  const engine: Engine = new Function(script)();
  await engine.startPageEngine({ tfjs, relaxed, basic });
  if (parts.english) {
    const english = await textOf(parts.english);
    engine.provideEnglish(new Function(`${english}\nreturn pnrEnglish;`)());
  }
  return engine;
}

async function textOf(packed: string): Promise<string> {
  return new TextDecoder().decode(await bytesOf(packed));
}

async function bytesOf(packed: string): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([decode85(packed)]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
