/** The purpose of each direct dependency. */
export const reasons: Readonly<Record<string, string>> = {
  "@huggingface/tokenizers":
    "WordPiece, byte-level BPE and Unigram tokenizers of the encoders on Hugging Face's hub",
  "@resvg/resvg-js": "SVG to PNG without a browser: `pnr plot`, the pictures in notebooks",
  "@tensorflow/tfjs-backend-cpu": "the engine `cpu`, and operations that the engine `wasm` lacks",
  "@tensorflow/tfjs-backend-wasm": "the included engine `wasm`; our kernels run in its memory",
  "@tensorflow/tfjs-core": "tensors, operations and automatic differentiation",
  "apache-arrow": "corpora, results, cached encoder outputs and exports in a format that other tools read",
  cachedir: "the user's cache folder on each system",
  "cli-progress": "progress bars",
  commander: "the command line: options, help, suggestions",
  "dejavu-fonts-ttf": "fonts in pictures, the same on every machine",
  "fastest-levenshtein": "“did you mean …” for keys, names and options",
  fflate:
    "compresses PNG pictures to the same bytes on every machine, which Node's zlib does not guarantee; reads the wheel that contains OpenBLAS",
  jsdom: "the DOM in which plotly draws without a browser",
  pdfkit: "writes figures as PDF files (`--format pdf`)",
  "plotly.js-cartesian-dist-min":
    "plotly in notebooks and exported pages; the complete build is four times as large",
  "plotly.js-dist": "figures in pictures, without a browser",
  saxes: "reads GENIA's XML as a stream",
  stopword: "function words of 38 languages, by which `pnr predict --text` tells them from English",
  "wink-eng-lite-web-model": "the model of wink-nlp",
  "wink-nlp": "splits English text into sentences and tokens, and tags them (`pnr predict --text`)",
  zod: "validates configurations and other files",

  "@embedpdf/fonts-sc":
    "a font for East Asian characters in PNG pictures, which otherwise show dashes (SVG and pages need no font)",
  "@tensorflow/tfjs-node-gpu": "the engine `tensorflow`",
  koffi: "the engine `blas`: calls the machine's BLAS on the engine's memory, without a compiler",

  "@biomejs/biome": "formats and lints",
  "@types/cli-progress": "types",
  "@types/jsdom": "types",
  "@types/markdown-it": "types",
  "@types/node": "the types of Node in notebook cells",
  "@types/pdfkit": "types",
  assemblyscript: "compiles the kernels of the engine `wasm`",
  cspell: "checks spelling in code, docs and notebooks",
  "danfojs-node": "data frames in the notebooks",
  esbuild: "bundles the widgets' browser code and tfjs-core's gradients",
  "fast-check": "property-based tests",
  "highlight.js": "colors the code on the notebooks' web pages",
  "markdown-it": "the text on the notebooks' web pages",
  "playwright-core": "drives Chromium in tests",
  tslab: "the notebook kernel that ours extends",
  typedoc: "the API reference",
  "typedoc-plugin-missing-exports": "types without an export, in the API reference",
  typescript:
    "its JavaScript API, for notebook cells, the API reference and `docs/config.md`; TypeScript 7 has none yet",
  "typescript-native": "the compiler",
  zeromq: "Jupyter's wire protocol",
};
