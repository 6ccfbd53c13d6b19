import type { Fault } from './proxy.ts';

/** A request that was sent, with what it says. */
export interface RecordedRequest {
  readonly action: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Keeps each request in a list, and lets it pass. */
export function recorded(requests: RecordedRequest[]): Fault {
  return async ({ action, body }, pass) => {
    requests.push({ action, input: JSON.parse(body.toString('utf8')) });
    return pass();
  };
}
