/** Key of the method that returns what a notebook displays for a value. Deno's kernel introduced it. */
const displayKey = Symbol.for("Jupyter.display");

/** Content by MIME type: text, or an object for JSON types. */
type Bundle = Readonly<Record<string, unknown>>;

/**
 * The content that a value's display method returns, by MIME type; undefined if it has no such method.
 * @throws what its method throws, TypeError if that returns anything other than content by MIME type
 */
export async function ownBundle(value: unknown): Promise<Bundle | undefined> {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return undefined;
  const display: unknown = (value as Record<symbol, unknown>)[displayKey];
  if (typeof display !== "function") return undefined;
  const bundle: unknown = await display.call(value);
  if (!isBundle(bundle))
    throw new TypeError(
      `${displayKey.description} must return an object with MIME types as keys, such as "text/html"`,
    );
  return bundle;
}

function isBundle(value: unknown): value is Bundle {
  if (typeof value !== "object" || value === null) return false;
  const entries = Object.entries(value);
  return entries.length > 0 && entries.every(([type]) => /^[\w.+-]+\/[\w.+-]+$/.test(type));
}
