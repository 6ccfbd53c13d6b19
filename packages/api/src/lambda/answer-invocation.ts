import type { LambdaContext } from 'hono/aws-lambda';
import { HTTPException } from 'hono/http-exception';
import { errorAnswer } from '../http/error-answer.ts';
import type { HttpApi } from '../http/http-api.ts';
import { LightRequest } from './fetch-classes/request.ts';

/** What `@cumulus/api-client` invokes the function with: the few fields of an API Gateway event that it fills. */
export interface Invocation {
  readonly httpMethod?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>> | null;
  readonly queryStringParameters?: Readonly<Record<string, string | readonly string[] | undefined>> | null;
  readonly body?: string | null;
}

/** What it takes for an answer. */
export interface InvocationAnswer {
  readonly statusCode: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Answers an invocation as if it had come by HTTP. */
export async function answerInvocation(
  app: HttpApi,
  event: Invocation,
  lambdaContext: Pick<LambdaContext, 'awsRequestId'>,
): Promise<InvocationAnswer> {
  const request = requestOf(event);
  if (request === undefined) {
    const answer = errorAnswer(
      new HTTPException(400, { message: 'An invocation takes httpMethod, path and headers as HTTP has them.' }),
    );
    return {
      statusCode: answer.statusCode,
      body: JSON.stringify(answer),
      headers: { 'content-type': 'application/json' },
    };
  }
  const response = await app.fetch(request as unknown as Request, { lambdaContext });
  return {
    statusCode: response.status,
    body: await response.text(),
    headers: Object.fromEntries(response.headers),
  };
}

function requestOf({ httpMethod, path, headers, queryStringParameters, body }: Invocation): LightRequest | undefined {
  if (typeof httpMethod !== 'string' || typeof path !== 'string' || !path.startsWith('/')) return undefined;
  const url = new URL(`http://private-api${path}`);
  for (const [name, value] of Object.entries(queryStringParameters ?? {})) {
    for (const each of [value ?? []].flat()) url.searchParams.append(name, each);
  }
  const takesBody = httpMethod !== 'GET' && httpMethod !== 'HEAD';
  try {
    return new LightRequest(url, {
      method: httpMethod,
      headers: { ...headers },
      body: takesBody && typeof body === 'string' ? body : null,
    });
  } catch (error) {
    // A method or a header that HTTP does not have.
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
