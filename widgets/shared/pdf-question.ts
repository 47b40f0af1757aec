import type { Question } from "./kernel-link";
import type { Svg } from "./svg";

/** Asks for a picture as a PDF document, which the kernel draws; the answer is base64. */
export const pdfQuestion: Question<Svg, string> = "pnr.pdf";
