/** The parameter that stands for all filters of a list: OpenAPI has no names of parameters that are made of fields. */
export function filtersParameter(description: string) {
  return {
    name: 'filters',
    in: 'query',
    required: false,
    style: 'form',
    explode: true,
    description,
    schema: { type: 'object', additionalProperties: { type: 'string' } },
  } as const;
}
