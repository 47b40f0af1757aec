import type { JSDocTagInfo, QuickInfo, SymbolDisplayPart } from "typescript";

/** The declaration and documentation of a name, as text and as Markdown. */
export interface Explanation {
  readonly "text/plain": string;
  readonly "text/markdown": string;
}

export function explain({ displayParts, documentation, tags = [] }: QuickInfo): Explanation {
  const declaration = textOf(displayParts);
  const inMarkdown = [
    `\`\`\`typescript\n${declaration}\n\`\`\``,
    proseOf(documentation, code),
    ...tags.map((tag) => tagOf(tag, code)),
  ];
  const inText = [
    declaration,
    [proseOf(documentation), ...tags.map((tag) => tagOf(tag))].filter(Boolean).join("\n"),
  ];
  const joined = (paragraphs: readonly string[]): string => paragraphs.filter(Boolean).join("\n\n");
  return { "text/plain": joined(inText), "text/markdown": joined(inMarkdown) };
}

type Decorate = (name: string) => string;

const plain: Decorate = (name) => name;
const code: Decorate = (name) => `\`${name}\``;

function textOf(parts: readonly SymbolDisplayPart[] = []): string {
  return parts.map(({ text }) => text).join("");
}

/** A documentation comment, in which `{@link name}` becomes the name and `{@link name text}` the text. */
function proseOf(parts: readonly SymbolDisplayPart[] = [], decorate: Decorate = plain): string {
  const pieces = parts.map(({ kind, text }, i) => {
    if (kind === "link") return "";
    if (kind === "linkName") return parts[i + 1]?.kind === "linkText" ? "" : decorate(text.trim());
    return kind === "linkText" ? text.replace(/^[\s|]+/, "") : text;
  });
  return pieces.join("");
}

/** A tag such as `@throws InputError for …`, and `@param name …` with its name as code. */
function tagOf({ name, text = [] }: JSDocTagInfo, decorate?: Decorate): string {
  const [first, ...rest] = text;
  const isNamed = first?.kind === "parameterName" || first?.kind === "typeParameterName";
  const tag = decorate ? `*@${name}*` : `@${name}`;
  const prose = isNamed
    ? `${(decorate ?? plain)(first.text)}${proseOf(rest, decorate)}`
    : proseOf(text, decorate);
  return `${tag} ${prose}`.trim();
}
