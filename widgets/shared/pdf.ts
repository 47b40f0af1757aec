// cspell:ignore undash
import { JSDOM } from "jsdom";
import PDFDocument from "pdfkit";
import type { Svg } from "./svg";

/** Points per CSS pixel. */
const points = 0.75;

/**
 * An SVG document as a PDF page of its size, in which a CSS pixel is 1/96 inch.
 * @param svg as `outlined` writes it: groups, paths with solid or pattern fills, clip paths and images, all coordinates absolute
 */
export function svgToPdf({ source, width, height }: Svg): Promise<Buffer> {
  const size: [number, number] = [width * points, height * points];
  const pdf = new PDFDocument({ size, margin: 0, info: { CreationDate: new Date(0), Producer: "PnR" } });
  const chunks: Buffer[] = [];
  const { document } = new JSDOM(source, { contentType: "image/svg+xml" }).window;
  return new Promise((resolve, reject) => {
    pdf.on("data", (chunk: Buffer) => chunks.push(chunk));
    pdf.on("end", () => resolve(Buffer.concat(chunks)));
    pdf.on("error", reject);
    pdf.scale(points);
    drawChildren(pdf, document.documentElement, document);
    pdf.end();
  });
}

type Pdf = PDFKit.PDFDocument;

function drawChildren(pdf: Pdf, parent: Element, document: Document, opacity = 1): void {
  for (const element of parent.children) draw(pdf, element, document, opacity);
}

/** @param opacity of the groups around the element. PDF has no group opacity without a mask, and our groups do not overlap themselves */
function draw(pdf: Pdf, element: Element, document: Document, opacity: number): void {
  const kind = element.localName;
  if (kind === "defs") return;
  const elementOpacity = opacity * numberOf(element, "opacity", 1);
  pdf.save();
  transform(pdf, element);
  clip(pdf, element, document);
  if (kind === "g" || kind === "svg") drawChildren(pdf, element, document, elementOpacity);
  else if (kind === "path") drawPath(pdf, element, document, elementOpacity);
  else if (kind === "image") drawImage(pdf, element, elementOpacity);
  else throw new Error(`svgToPdf: <${kind}> is not supported`);
  pdf.restore();
}

function transform(pdf: Pdf, element: Element): void {
  const text = element.getAttribute("transform");
  if (text === null) return;
  const matrix = /^matrix\(([^)]*)\)$/
    .exec(text)?.[1]
    .split(/[\s,]+/)
    .map(Number);
  if (matrix?.length !== 6) throw new Error(`svgToPdf: transform ${text} is not a matrix`);
  const [a, b, c, d, e, f] = matrix;
  pdf.transform(a, b, c, d, e, f);
}

function clip(pdf: Pdf, element: Element, document: Document): void {
  const clipPath = referenced(document, element.getAttribute("clip-path"));
  if (!clipPath) return;
  const outline = [...clipPath.querySelectorAll("path")].map((path) => path.getAttribute("d")).join(" ");
  pdf.path(outline).clip(clipPath.querySelector("[clip-rule=evenodd]") ? "even-odd" : "non-zero");
}

function drawPath(pdf: Pdf, path: Element, document: Document, opacity: number): void {
  const outline = path.getAttribute("d") ?? "";
  const fill = path.getAttribute("fill") ?? "#000000";
  const stroke = path.getAttribute("stroke") ?? "none";
  const rule = path.getAttribute("fill-rule") === "evenodd" ? "even-odd" : "non-zero";
  const pattern = referenced(document, fill);
  if (pattern) drawPattern(pdf, path, pattern, document, opacity);
  else if (fill !== "none")
    pdf
      .fillColor(fill, opacity * numberOf(path, "fill-opacity", 1))
      .path(outline)
      .fill(rule);
  if (stroke === "none") return;
  const dashes = path
    .getAttribute("stroke-dasharray")
    ?.split(/[\s,]+/)
    .map(Number);
  pdf.lineWidth(numberOf(path, "stroke-width", 1));
  pdf.lineJoin(path.getAttribute("stroke-linejoin") ?? "miter");
  pdf.lineCap(path.getAttribute("stroke-linecap") ?? "butt");
  pdf.miterLimit(numberOf(path, "stroke-miterlimit", 4));
  if (dashes?.some((dash) => dash > 0)) pdf.dash(dashes as unknown as number, {});
  else pdf.undash();
  pdf
    .strokeColor(stroke, opacity * numberOf(path, "stroke-opacity", 1))
    .path(outline)
    .stroke();
}

/** Draws the tiles of a pattern within a path. */
function drawPattern(pdf: Pdf, path: Element, pattern: Element, document: Document, opacity: number): void {
  const outline = path.getAttribute("d") ?? "";
  const [stepX, stepY] = [numberOf(pattern, "width", 0), numberOf(pattern, "height", 0)];
  if (!(stepX > 0 && stepY > 0)) return;
  const { left, top, right, bottom } = boxOf(outline);
  pdf.save();
  pdf.path(outline).clip();
  for (let x = Math.floor(left / stepX) * stepX; x < right; x += stepX)
    for (let y = Math.floor(top / stepY) * stepY; y < bottom; y += stepY) {
      pdf.save();
      pdf.translate(x, y);
      drawChildren(pdf, pattern, document, opacity * numberOf(path, "fill-opacity", 1));
      pdf.restore();
    }
  pdf.restore();
}

function drawImage(pdf: Pdf, image: Element, opacity: number): void {
  const href =
    image.getAttribute("href") ?? image.getAttributeNS("http://www.w3.org/1999/xlink", "href") ?? "";
  const data = /^data:image\/png;base64,(.*)$/s.exec(href)?.[1];
  if (data === undefined) throw new Error("svgToPdf: only PNG images in data URLs are supported");
  const [x, y] = [numberOf(image, "x", 0), numberOf(image, "y", 0)];
  const [width, height] = [numberOf(image, "width", 0), numberOf(image, "height", 0)];
  pdf.opacity(opacity);
  pdf.image(Buffer.from(data, "base64"), x, y, { width, height });
}

/** The element that `url(#id)` refers to. */
function referenced(document: Document, value: string | null): Element | null {
  const id = /^url\(#(.*)\)$/.exec(value ?? "")?.[1];
  return id === undefined ? null : document.getElementById(id);
}

function numberOf(element: Element, name: string, missing: number): number {
  const value = element.getAttribute(name);
  return value === null ? missing : Number.parseFloat(value);
}

/** The box around the points of a path whose commands are absolute. */
function boxOf(outline: string): Record<"left" | "top" | "right" | "bottom", number> {
  const numbers = outline.match(/-?\d+(?:\.\d+)?(?:e-?\d+)?/g)?.map(Number) ?? [];
  const [xs, ys] = [0, 1].map((odd) => numbers.filter((_, index) => index % 2 === odd));
  return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
}
