/** Why each direct dependency is one. */
export const reasons: Readonly<Record<string, string>> = {
  "@huggingface/tokenizers":
    "WordPiece as the encoders on Hugging Face's hub were trained with, in their own format",
  "@resvg/resvg-js": "SVG to PNG without a browser: `pnr plot`, the pictures in notebooks",
  "@tensorflow/tfjs-backend-cpu": "the engine `cpu`, and what the engine `wasm` lacks",
  "@tensorflow/tfjs-backend-wasm":
    "the engine `wasm`, the one that comes along: our kernels run in its memory",
  "@tensorflow/tfjs-core": "tensors, operations and the tape: what the model is written in",
  "apache-arrow": "corpora, results, cached encoder outputs and exports in columns that other tools read",
  cachedir: "the user's cache folder, where each system has it",
  "cli-progress": "progress bars",
  commander: "the command line: options, help, suggestions",
  "dejavu-fonts-ttf": "the fonts in pictures, the same on every machine",
  "fastest-levenshtein": "“did you mean …” for keys, names and options",
  fflate:
    "compresses PNG pictures to the same bytes on every machine, which Node's own zlib does not promise; reads the wheel that brings OpenBLAS",
  jsdom: "the page in which plotly draws without a browser",
  "plotly.js-cartesian-dist-min":
    "plotly inside notebooks and exported pages, where the whole one would be four times as large",
  "plotly.js-dist": "figures in pictures that are made without a browser",
  saxes: "reads GENIA's XML as a stream",
  stopword: "function words of 29 languages, by which `pnr predict --text` recognizes English",
  "wink-eng-lite-web-model": "the model of wink-nlp",
  "wink-nlp": "cuts English text into sentences, tokens and parts of speech (`pnr predict --text`)",
  zod: "checks configurations and everything else that comes from files",

  "@embedpdf/fonts-sc":
    "a font for East Asian characters in PNG pictures; without it a dash stands for them (SVG and pages need none)",
  "@tensorflow/tfjs-node-gpu": "the engine `tensorflow`",
  koffi: "the engine `blas`: calls the machine's BLAS on the engine's own memory, without a compiler",

  "@biomejs/biome": "formats and lints",
  "@types/cli-progress": "types",
  "@types/jsdom": "types",
  "@types/markdown-it": "types",
  "@types/node": "types",
  assemblyscript: "compiles the kernels of the engine `wasm`",
  cspell: "checks spelling in code, docs and notebooks",
  "danfojs-node": "data frames in the notebooks",
  esbuild: "bundles the widgets' browser code, and tfjs-core's gradients",
  "fast-check": "property-based tests",
  "highlight.js": "colors the code on the notebooks' web pages",
  "markdown-it": "the text on the notebooks' web pages",
  "playwright-core": "drives Chromium in tests",
  tslab: "the notebook kernel, which ours is built on",
  typedoc: "the API reference",
  "typedoc-plugin-missing-exports": "in the API reference, types that are not exported by name",
  typescript:
    "its API, for the reference and the configuration's page: the compiler's newer version has none yet",
  "typescript-native": "the compiler",
  zeromq: "Jupyter's wire protocol",
};
