/** A parameter of a query, as OpenAPI describes it: a text that may be left out, unless given. */
export function queryParameter(
  name: string,
  description: string,
  schema: object = { type: 'string' },
  required = false,
) {
  return { name, in: 'query', required, description, schema } as const;
}
