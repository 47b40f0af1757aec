import { relative, resolve } from "node:path";

/**
 * Markdown whose relative links lead from another folder to the same files.
 * @param from the folder of the notebook @param to the folder of its copy
 */
export function moveLinks(markdown: string, from: string, to: string): string {
  return markdown.replace(/\]\(([^()\s]+)\)/g, (link, address: string) => {
    if (/^(?:[a-z][a-z\d+.-]*:|[/#])/i.test(address)) return link;
    const [path, anchor = ""] = address.split(/(?=#)/);
    return `](${relative(to, resolve(from, path)).replaceAll("\\", "/")}${anchor})`;
  });
}
