import { classifyAwsError } from '../aws/classify-error.ts';
import { AccessDeniedError, RequestFailedError, ThrottledError } from '../aws/errors.ts';
import type { Known } from './report.ts';

/**
 * Asks for a fact. Where it cannot be known, since the request is denied, not supported, throttled or refused, the result says so.
 * @param action the IAM action: `dynamodb:ListBackups`
 * @throws what keeps anything from being known: ConnectionError, CredentialsError, InterruptedError
 */
export async function askFact<T>(action: string, ask: () => Promise<T>): Promise<Known<T>> {
  try {
    return { known: true, value: await ask() };
  } catch (error) {
    return { known: false, because: whyUnknown(error, action) };
  }
}

/** @throws the error, if it is more than that one fact is not known */
export function whyUnknown(error: unknown, action: string): string {
  if (error instanceof AccessDeniedError) return `${error.denial?.action ?? action} is denied`;
  if (error instanceof ThrottledError) return `${action} was throttled`;
  if (error instanceof RequestFailedError) {
    if (classifyAwsError(error.cause) === 'unsupported') return `the server does not support ${action}`;
    return error.problem.replace(/\.$/, '');
  }
  throw error;
}

/** What is made of a fact, where it is known. */
export function mapFact<T, Result>(fact: Known<T>, make: (value: T) => Result): Known<Result> {
  return fact.known ? { known: true, value: make(fact.value) } : fact;
}
