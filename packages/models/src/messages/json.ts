/** A JSON object whose members are not known yet. */
export type JsonObject = { readonly [name: string]: unknown };

/** The value if it is a text with something in it: an empty one means in messages that there is none. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
