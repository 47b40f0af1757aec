// The application of the page that `pnr page` writes: a model that runs in the reader's browser. The page contains the package's
// bundles with the engine and the widgets as parts.
import type * as engineModule from "../../src/browser";
import type * as widgetsModule from "../browser";
import { once } from "../frame/once";
import { make, type Plotly as PlotlyLibrary } from "../frame/page";
import { Application, messageOf } from "./application";
import { fromPlanes } from "./byte-planes";
import type { PageParts } from "./page-parts";

declare const pnrEnglish: () => engineModule.EnglishPackages;
declare const Plotly: PlotlyLibrary;

/**
 * Starts the engine and fills the page. The entities of the first text appear first; the packages for English texts and plotly
 * load after them. A failure is one line in the page.
 */
export async function start(app: HTMLElement, parts: PageParts): Promise<void> {
  const status = make("p", "status", { role: "status" }, "Loading the model …");
  app.replaceChildren(status);
  const textOf = async (part: string): Promise<string> => new TextDecoder().decode(await parts.bytes(part));
  try {
    const unpacking = parts.bytes("weights");
    unpacking.catch(() => {}); // it may fail before it is awaited
    const engine = (await parts.load("engine")) as typeof engineModule;
    // The browser compiles the kernels in other threads while this one unpacks the weights.
    const starting = engineFiles(parts).then((files) => engine.startPageEngine(files));
    const [weights, model, info, widgets, description] = await Promise.all([
      unpacking,
      textOf("model"),
      textOf("info"),
      parts.load("widgets") as Promise<typeof widgetsModule>,
      starting,
    ]);
    const predictor = engine.loadPageModel(model, fromPlanes(weights));
    const application = new Application(app, predictor, JSON.parse(info), {
      widgets,
      plotly: once(async () => {
        await parts.run("plotly");
        return Plotly;
      }),
      english: once(async () => {
        await parts.run("english");
        engine.provideEnglish(() => pnrEnglish());
      }),
      engine: description,
      notices: () => textOf("notices"),
    });
    await application.run();
    document.body.dataset.ready = performance.now().toFixed(0);
  } catch (error) {
    status.textContent = `The model cannot run here: ${messageOf(error)}`;
    app.replaceChildren(status);
  }
}

async function engineFiles(parts: PageParts): Promise<engineModule.EngineFiles> {
  const [tfjs, relaxed, basic] = await Promise.all(["tfjs", "relaxed", "basic"].map(parts.bytes));
  return { tfjs, relaxed, basic };
}
