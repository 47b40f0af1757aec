export { longestSentence, type TextOptions, TextReader, type TextSentence } from "./reader";
