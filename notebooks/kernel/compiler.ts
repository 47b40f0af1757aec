import { resolve } from "node:path";
import type { CompletionInfo, Converter, ConvertResult } from "tslab/dist/converter";
import type { QuickInfo } from "typescript";
import { PnrError } from "../../src/base/errors";
import { missingModule, withAdvice } from "./compile-advice";
import type { Declarations } from "./declarations";
import { convertInDialect } from "./dialect";
import { type CellConverter, createCellConverter, isFound, watchedFiles } from "./tslab";

/** The modules that most cells import. */
const libraryModules = ["pnr", "pnr/widgets"];

/**
 * tslab's converter, which compiles, completes and explains cells. It keeps its state from cell to cell. A new converter replaces
 * it when that state becomes useless: after an error in the converter, and after the installation of a missing package.
 */
export class CellCompiler {
  private converter: CellConverter = createCellConverter();
  private keepsLibrary = false;
  private readonly modules: Map<string, Parameters<Converter["addModule"]>> = new Map();

  constructor(private readonly declarations: Declarations) {}

  /** @throws PnrError if the compiler fails, instead of reporting errors in the cell */
  compile(source: string): ConvertResult {
    const convert = (): ConvertResult =>
      this.attempt((converter) => convertInDialect(converter, this.declarations.text, source));
    let result = convert();
    const isOutdated = result.diagnostics.some((diagnostic) => {
      const name = missingModule(diagnostic);
      return name !== undefined && isFound(name, resolve(diagnostic.fileName ?? "cell.ts"));
    });
    if (isOutdated) {
      this.renew();
      result = convert();
    }
    return { ...result, diagnostics: result.diagnostics.map(withAdvice) };
  }

  complete(source: string, position: number): CompletionInfo {
    return this.attempt((converter) => converter.complete(this.declarations.text, source, position));
  }

  inspect(source: string, position: number): QuickInfo | undefined {
    return this.attempt(
      (converter) => converter.inspect(this.declarations.text, source, position) as QuickInfo | undefined,
    );
  }

  /** Reads the types of the library in advance, so that neither the first cell nor the first completion waits for them. */
  readLibrary(): void {
    this.keepsLibrary = true;
    this.converter.keep(libraryModules);
    this.complete("", 0);
  }

  /**
   * Completes a name of the library and drops the result, so that the compiler's own code is compiled before the first
   * completion.
   */
  rehearse(): void {
    const cell = 'import * as pnr from "pnr";\npnr.parseConfig({ model: { ';
    this.complete(cell, cell.length);
  }

  /** Adds a module that a cell defines by tslab's comment `@module`. */
  addModule(...module: Parameters<Converter["addModule"]>): ReturnType<Converter["addModule"]> {
    const diagnostics = this.attempt((converter) => converter.addModule(...module));
    this.modules.set(module[0], module);
    return diagnostics;
  }

  close(): void {
    this.converter.close();
  }

  private attempt<T>(use: (converter: Converter) => T): T {
    try {
      watchedFiles.report();
      return use(this.converter);
    } catch {
      this.renew();
    }
    try {
      return use(this.converter);
    } catch (error) {
      throw new PnrError(`the TypeScript compiler failed at this cell: ${error}`, { cause: error });
    }
  }

  private renew(): void {
    try {
      this.converter.close();
    } catch {
      // The old converter has failed, and nothing uses it any more.
    }
    this.converter = createCellConverter();
    if (this.keepsLibrary) this.converter.keep(libraryModules);
    for (const module of this.modules.values()) this.converter.addModule(...module);
  }
}
