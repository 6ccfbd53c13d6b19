import type { OwnMoto } from '@cumulus/test-kit';

/** Asks moto what there is no client for here; its answer has to be JSON. */
export async function askMoto<T>(moto: OwnMoto, service: string, path: string, init: RequestInit = {}): Promise<T> {
  const authorization = `AWS4-HMAC-SHA256 Credential=test/20300101/us-east-1/${service}/aws4_request, Signature=any`;
  const answer = await fetch(moto.endpoint + path, { ...init, headers: { authorization, ...init.headers } });
  if (!answer.ok) throw new Error(`${service} ${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}
