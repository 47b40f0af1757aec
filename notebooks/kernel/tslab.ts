// Loads tslab on the TypeScript of this project. tslab brings TypeScript 5.0, to which it adds four functions and an option.
import Module, { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import type { Converter } from "tslab/dist/converter";
import * as ts from "typescript";
import { WatchedFiles } from "./watched-files";

/** Functions of TypeScript that tslab and its functions below call, and that TypeScript does not declare. */
interface Internals {
  readonly nullTransformationContext: ts.TransformationContext;
  readonly Completions: {
    readonly getCompletionsAtPosition: (...args: unknown[]) => ts.CompletionInfo | undefined;
  };
  readonly SymbolDisplay: {
    getSymbolDisplayPartsDocumentationAndSymbolKind(
      checker: ts.TypeChecker,
      symbol: ts.Symbol,
      file: ts.SourceFile,
      enclosing: ts.Node | undefined,
      node: ts.Node,
    ): Pick<ts.QuickInfo, "displayParts" | "documentation" | "tags"> & {
      readonly symbolKind: ts.ScriptElementKind;
    };
  };
  getTouchingPropertyName(file: ts.SourceFile, position: number): ts.Node;
  getContainingObjectLiteralElement(node: ts.Node): ts.ObjectLiteralElement | undefined;
  getPropertySymbolsFromContextualType(
    element: ts.ObjectLiteralElement,
    checker: ts.TypeChecker,
    type: ts.Type,
    unionSymbolOk: boolean,
  ): readonly ts.Symbol[];
  getContainerNode(node: ts.Node): ts.Node | undefined;
  createTextSpanFromNode(node: ts.Node, file: ts.SourceFile): ts.TextSpan;
  sortAndDeduplicateDiagnostics(diagnostics: readonly ts.Diagnostic[]): readonly ts.Diagnostic[];
}

const internals = ts as unknown as Internals;

/** The files that tslab's converters read. */
export const watchedFiles: WatchedFiles = new WatchedFiles();

const never: ts.FileWatcher = { close: () => undefined };
const sys: ts.System = {
  ...ts.sys,
  watchFile: (path, callback) => watchedFiles.watch(path, callback),
  // When an import fails, a new converter looks for its package again.
  watchDirectory: () => never,
};

/** The libraries of the running Node: 22 and later have nearly all of the newest standard, 20 has ES2023. */
const libraries =
  Number(process.versions.node.split(".")[0]) < 22
    ? ["es2023", "esnext.disposable", "esnext.decorators"]
    : ["esnext"];

/** Node runs its syntax as it is. Newer syntax, such as `using`, is compiled to it. */
const target = ts.ScriptTarget.ES2022;

/** How cells are compiled. tslab fixes the rest. */
function cellOptions(): ts.CompilerOptions {
  return {
    strict: true,
    lib: libraries.map((name) => `lib.${name}.d.ts`),
    // Types of other packages, such as those of the DOM, are known only to cells that import them.
    types: ["node"],
    typeRoots: [nodeTypes()],
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    // tslab looks for the last expression in this output. After `using` is compiled, the expression is no longer where the cell has
    // it.
    target: ts.ScriptTarget.ESNext,
    experimentalDecorators: false,
    noImplicitUseStrict: undefined,
    disableTopLevelAwait: undefined,
  };
}

/** Whether an import finds its file now. A converter remembers those that did not. */
export function isFound(name: string, importer: string): boolean {
  return fileOf(name, importer) !== undefined;
}

function fileOf(name: string, importer: string): string | undefined {
  return ts.resolveModuleName(name, importer, cellOptions(), ts.sys).resolvedModule?.resolvedFileName;
}

/** The folder of the types of Node: those of the project, else those that tslab depends on. */
function nodeTypes(): string {
  const places = [join(process.cwd(), "cell.js"), require.resolve("tslab/dist/converter")];
  for (const place of places) {
    try {
      return dirname(dirname(createRequire(place).resolve("@types/node/package.json")));
    } catch {
      // The project has no types of Node.
    }
  }
  throw new Error("tslab is installed without its dependency @types/node");
}

const untypedPackage = 7016;

/** The files of the cell and of earlier declarations, and the program, of the newest converter. */
let rootFiles: readonly string[] = [];
let program: ts.WatchOfFilesAndCompilerOptions<ts.BuilderProgram> | undefined;

/** The functions and the option that only tslab's TypeScript has, and other changes that cells need. */
const tslabTypeScript = {
  ...ts,
  sys,
  createWatchCompilerHost: (
    files: string[],
    options: ts.CompilerOptions,
    system: ts.System,
    ...rest: [undefined, ts.DiagnosticReporter, ts.WatchStatusReporter]
  ): ts.WatchCompilerHost<ts.BuilderProgram> => {
    rootFiles = files;
    const host = ts.createWatchCompilerHost(files, { ...options, ...cellOptions() }, system, ...rest);
    // tslab runs only the timer that updates the program and fails at any other. The update also does the work of the others.
    host.setTimeout = (callback, milliseconds, name: string) =>
      name === "timerToUpdateProgram" ? system.setTimeout?.(callback, milliseconds) : undefined;
    host.clearTimeout = (timer) => timer && system.clearTimeout?.(timer);
    return host;
  },
  createWatchProgram: (host: ts.WatchCompilerHostOfFilesAndCompilerOptions<ts.BuilderProgram>) => {
    program = ts.createWatchProgram(host);
    return program;
  },
  transpileModule: (text: string, options: ts.TranspileOptions): ts.TranspileOutput =>
    ts.transpileModule(text, {
      ...options,
      compilerOptions: { ...options.compilerOptions, target, noImplicitUseStrict: undefined },
    }),
  getNullTransformationContext: () => internals.nullTransformationContext,
  getDefaultTypeRoots: () => [nodeTypes()],
  getPreEmitDiagnosticsOfFiles: (
    program: ts.Program,
    files: readonly ts.SourceFile[],
  ): readonly ts.Diagnostic[] =>
    internals.sortAndDeduplicateDiagnostics(
      files
        .flatMap((file) => [
          ...program.getSyntacticDiagnostics(file),
          ...program.getSemanticDiagnostics(file),
          ...program.getDeclarationDiagnostics(file),
        ])
        // A package without types is any.
        .filter(({ code }) => code !== untypedPackage),
    ),
  getQuickInfoAtPosition: (
    file: ts.SourceFile,
    checker: ts.TypeChecker,
    _: unknown,
    position: number,
  ): ts.QuickInfo | undefined => quickInfoAt(file, checker, position),
  Completions: {
    ...internals.Completions,
    getCompletionsAtPositionForTslab: (_: object, ...args: unknown[]) =>
      internals.Completions.getCompletionsAtPosition(completionHost, ...args),
  },
};

/** Lists folders, for the completion of import paths. */
const completionHost = {
  ...sys,
  getCurrentDirectory: () => process.cwd(),
  getCompilationSettings: cellOptions,
};

function quickInfoAt(
  file: ts.SourceFile,
  checker: ts.TypeChecker,
  position: number,
): ts.QuickInfo | undefined {
  const touched = internals.getTouchingPropertyName(file, position);
  if (touched === file) return undefined;
  const { parent } = touched;
  const node = ts.isNewExpression(parent) && touched.pos === parent.pos ? parent.expression : touched;
  const symbol = propertyAt(node, checker) ?? checker.getSymbolAtLocation(node);
  if (!symbol || checker.isUnknownSymbol(symbol)) return undefined;
  const container = internals.getContainerNode(node);
  const { symbolKind, ...info } = internals.SymbolDisplay.getSymbolDisplayPartsDocumentationAndSymbolKind(
    checker,
    symbol,
    file,
    container,
    node,
  );
  return {
    ...info,
    kind: symbolKind,
    kindModifiers: "",
    textSpan: internals.createTextSpanFromNode(node, file),
  };
}

/** The declared property that a name in an object literal stands for. */
function propertyAt(node: ts.Node, checker: ts.TypeChecker): ts.Symbol | undefined {
  const element = internals.getContainingObjectLiteralElement(node);
  const type = element && checker.getContextualType(element.parent as ts.Expression);
  const properties = type && internals.getPropertySymbolsFromContextualType(element, checker, type, false);
  return properties?.length === 1 ? properties[0] : undefined;
}

/** Makes tslab's next `require` of its TypeScript return ours. */
function provideTypeScript(): void {
  const name = createRequire(require.resolve("tslab/dist/converter")).resolve("@tslab/typescript-for-tslab");
  const provided = new Module(name);
  provided.exports = tslabTypeScript;
  provided.loaded = true;
  require.cache[name] = provided;
}

provideTypeScript();
const { createConverter }: typeof import("tslab/dist/converter") = require("tslab/dist/converter");
/** tslab's converter, which can also keep the types of modules that no cell has imported yet. */
export interface CellConverter extends Converter {
  /**
   * Keeps the types of the modules from the next cell on, so that an import of them reads no files. A module that is not installed
   * is left out.
   */
  keep(modules: readonly string[]): void;
}

export function createCellConverter(): CellConverter {
  const converter = createConverter({ isJS: false, isBrowser: false });
  const [roots, watched] = [rootFiles, program];
  const keep = (modules: readonly string[]): void => {
    const files = modules
      .map((name) => fileOf(name, resolve("cell.ts")))
      .filter((file) => file !== undefined);
    watched?.updateRootFileNames([...roots, ...files]);
  };
  return { ...converter, keep };
}

export const { createExecutor }: typeof import("tslab/dist/executor") = require("tslab/dist/executor");
/** tslab's module of the protocol. Its own `display` functions call a function of it. */
export const jupyter: typeof import("tslab/dist/jupyter") = require("tslab/dist/jupyter");
