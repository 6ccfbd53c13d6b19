/** A JSON Schema. */
export type Schema = { readonly [key: string]: unknown };

/** A parameter, as OpenAPI has it. */
export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly description?: string;
  readonly required?: boolean;
  readonly schema?: object;
  readonly style?: string;
  readonly explode?: boolean;
}

/** A method of a path, as OpenAPI has it. */
export interface Operation {
  readonly tags?: readonly string[];
  readonly summary?: string;
  readonly description?: string;
  readonly security?: readonly unknown[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean; readonly content?: Content };
  readonly responses: { readonly [status: string]: { readonly description?: string; readonly content?: Content } };
}

/** What is sent, by its type. */
export type Content = { readonly [type: string]: { readonly schema?: Schema; readonly example?: unknown } };

/** An OpenAPI document. */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string; readonly description?: string };
  readonly servers: readonly { readonly url: string; readonly description: string }[];
  readonly tags: readonly object[];
  readonly paths: { readonly [path: string]: { readonly [method: string]: Operation } };
  readonly webhooks: object;
  readonly security?: readonly unknown[] | undefined;
  readonly components: {
    readonly schemas: { readonly [name: string]: Schema };
    readonly parameters: object;
    readonly securitySchemes?: unknown;
  };
}
