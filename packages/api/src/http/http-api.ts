import { type Context, Hono } from 'hono';
import type { Operation } from './openapi.ts';

/** What Hono knows of each request of this API. */
export interface RequestEnvironment {
  Variables: {
    /** The id of the request: AWS's own on Lambda. */
    requestId: string;
    /** Who asks; undefined without login. */
    userName: string | undefined;
  };
}

/** A route as OpenAPI has it. */
export interface Route extends Operation {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** With its parameters in braces: `/granules/{granuleId}`. */
  readonly path: string;
}

/** The API, or a part of it, to which routes are added. */
export class HttpApi extends Hono<RequestEnvironment> {
  /** Those that {@link addRoute} added, for the OpenAPI page. */
  readonly described: Route[] = [];
}

/** One request, and the way to its answer. */
export type RequestContext = Context<RequestEnvironment>;

/**
 * Adds a route, and its description to the OpenAPI page. What it takes is checked where it is used: the models' errors name
 * all that is wrong at once, and know what the table holds.
 */
export function addRoute(
  api: HttpApi,
  route: Route,
  answer: (context: RequestContext) => Response | Promise<Response>,
): void {
  api.described.push({ ...route, parameters: [...pathParameters(route.path), ...(route.parameters ?? [])] });
  api.on(route.method.toUpperCase(), route.path.replaceAll(/\{(\w+)\}/g, ':$1'), answer);
}

/** What a parameter of a path is, where its name does not say it. */
const IN_PATHS: { readonly [name: string]: string } = {
  arn: 'The ARN of the execution.',
  collectionId: 'The collection of the granule, as `NAME___VERSION`.',
  executionName: 'The name of the execution: the last part of its ARN.',
  key: 'The key of the object, with each slash as `%2F`.',
  token: 'The token to revoke.',
  type: 'The type of the records, such as `granules`.',
  version: 'The version of the collection.',
};

/** The parameters of a path, as OpenAPI requires each to be described. */
function pathParameters(path: string): NonNullable<Operation['parameters']> {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    ...(IN_PATHS[name] !== undefined && { description: IN_PATHS[name] }),
    schema: { type: 'string', minLength: 1 },
  }));
}

/** A parameter of the route's path, decoded. */
export function pathParameter(context: RequestContext, name: string): string {
  return context.req.param(name) ?? '';
}
