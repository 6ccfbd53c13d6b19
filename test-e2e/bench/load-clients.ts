import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** A client waits so long for an answer, in milliseconds. */
const TIMEOUT = 10_000;

/** What clients at once were answered. */
export interface Load {
  readonly seconds: number;
  /** How many requests were answered with 200, and how long each took, in milliseconds, sorted. */
  readonly answered: readonly number[];
  /** How many were refused with 503 and Retry-After. */
  readonly shed: number;
  /** How many were answered otherwise, or with 503 alone. */
  readonly others: number;
  readonly timeouts: number;
  /** How many connections broke. */
  readonly errors: number;
}

export interface LoadOptions {
  readonly connections: number;
  readonly seconds: number;
  /** Whether clients that are refused wait as long as they were asked to; else they send again at once. */
  readonly polite: boolean;
}

/** Has so many clients send the same request again and again, each as soon as it is answered. */
export async function putLoad(url: string, { connections, seconds, polite }: LoadOptions): Promise<Load> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: connections });
  const answered: number[] = [];
  const counted = { shed: 0, others: 0, timeouts: 0, errors: 0 };
  const start = performance.now();
  const end = start + 1000 * seconds;
  const client = async (): Promise<void> => {
    while (performance.now() < end) {
      const sent = performance.now();
      const { status, retryAfter } = await ask(url, agent);
      if (status === 200) answered.push(performance.now() - sent);
      else if (status === 503 && Number(retryAfter) > 0) {
        counted.shed += 1;
        if (polite) await sleep(1000 * Number(retryAfter));
      } else if (status === 'timeout') counted.timeouts += 1;
      else if (status === 'error') counted.errors += 1;
      else counted.others += 1;
    }
  };
  await Promise.all(Array.from({ length: connections }, client));
  agent.destroy();
  return { seconds: (performance.now() - start) / 1000, answered: answered.sort((a, b) => a - b), ...counted };
}

/** The value under which so many of some sorted ones are. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

interface Answered {
  readonly status: number | 'timeout' | 'error';
  readonly retryAfter?: string | undefined;
}

function ask(url: string, agent: http.Agent): Promise<Answered> {
  return new Promise((resolve) => {
    const request = http.get(url, { agent, timeout: TIMEOUT }, (response) => {
      response.resume();
      response.on('error', () => resolve({ status: 'error' }));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] }),
      );
    });
    request.on('timeout', () => {
      resolve({ status: 'timeout' });
      request.destroy();
    });
    request.on('error', () => resolve({ status: 'error' }));
  });
}
