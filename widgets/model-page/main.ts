// The application of the page that `pnr page` writes: a model that runs in the reader's browser. The page passes it the package's
// bundles with the engine and the widgets.
import type * as engineModule from "../../src/browser";
import type * as widgetsModule from "../browser";
import { make, type Plotly as PlotlyLibrary } from "../frame/page";
import { Application, messageOf } from "./application";
import { fromPlanes } from "./byte-planes";
import type { PageParts } from "./page-parts";

declare const pnrEnglish: () => engineModule.EnglishPackages;
declare const Plotly: PlotlyLibrary;

/** The package's bundles for browsers. */
interface Modules {
  readonly engine: typeof engineModule;
  readonly widgets: typeof widgetsModule;
}

/** Starts the engine and fills the page. A failure is one line in the page. */
export async function start(app: HTMLElement, parts: PageParts, { engine, widgets }: Modules): Promise<void> {
  const status = make("p", "status", { role: "status" }, "Loading the model …");
  app.replaceChildren(status);
  const textOf = async (part: string): Promise<string> => new TextDecoder().decode(await parts.bytes(part));
  try {
    const description = await engine.startPageEngine(await engineFiles(parts));
    const predictor = engine.loadPageModel(await textOf("model"), fromPlanes(await parts.bytes("weights")));
    await Promise.all([parts.run("english"), parts.run("plotly")]);
    engine.provideEnglish(() => pnrEnglish());
    const application = new Application(app, predictor, JSON.parse(await textOf("info")), {
      widgets,
      plotly: Plotly,
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
