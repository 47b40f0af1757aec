import { PnrError } from "../../base/errors";
import type { EnglishPackages } from "./english-packages";

let load: (() => EnglishPackages) | undefined;

/** Sets how a page loads the packages. Without them, it splits no text by English rules. */
export function provideEnglish(provider: () => EnglishPackages): void {
  load = provider;
}

/** @throws PnrError if the page does not hold them */
export function englishPackages(): EnglishPackages {
  if (load) return load();
  throw new PnrError("this page cannot split English text: call provideEnglish() first");
}
