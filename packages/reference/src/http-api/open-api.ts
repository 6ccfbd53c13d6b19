/** A JSON Schema, as far as references read it. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: { readonly [field: string]: Schema };
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

/** A parameter of a route. */
export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: Schema;
}

/** What a body or an answer may be, by its media type. */
export interface Content {
  readonly [mediaType: string]: { readonly schema?: Schema; readonly example?: unknown };
}

/** What a route does. */
interface Operation {
  readonly tags?: readonly string[];
  readonly summary?: string;
  readonly description?: string;
  readonly security?: readonly unknown[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content?: Content };
  readonly responses?: { readonly [status: string]: { readonly description?: string; readonly content?: Content } };
}

/** An OpenAPI description, as far as references read it. */
export interface OpenApi {
  readonly info: { readonly title: string; readonly description?: string };
  readonly tags?: readonly { readonly name: string; readonly description?: string }[];
  readonly paths: { readonly [path: string]: { readonly [method: string]: Operation } };
  readonly components: { readonly schemas: { readonly [name: string]: Schema } };
}

/** The routes of one group. */
export interface RouteGroup {
  readonly name: string;
  readonly description: string;
  readonly routes: readonly Route[];
}

export interface Route {
  /** `GET` */
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

/** The routes by their first tag, in the order of the description's tags. */
export function routeGroups({ tags = [], paths }: OpenApi): readonly RouteGroup[] {
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
  return tags
    .map(({ name, description = '' }) => ({
      ...{ name, description },
      routes: routes.filter(({ operation }) => operation.tags?.[0] === name),
    }))
    .filter((group) => group.routes.length > 0);
}

/** The name of the schema that one refers to. */
export function referredName({ $ref }: Schema): string | undefined {
  return $ref?.split('/').at(-1);
}
