import type { Answer, Call, Fault } from './proxy.ts';

const SAID = 'Said by the test';

/** Whether a request changes what is in S3. */
export function changesS3({ action }: Call): boolean {
  return /^(?:PUT|POST|DELETE) /.test(action);
}

/** Refuses the requests whose method, path and query match, in S3's way; S3 gets none of these. */
export function refusedByS3(
  pattern: RegExp,
  status: number,
  code: string,
  headers: Answer['headers'] = {},
  message = SAID,
): Fault {
  return async (call, pass) => {
    if (!pattern.test(call.action)) return pass();
    const refusal = refusalOfS3(status, code, message);
    return { ...refusal, headers, ...(call.action.startsWith('HEAD ') ? { body: Buffer.alloc(0) } : {}) };
  };
}

/** What S3 says when it refuses a request. */
export function refusalOfS3(status: number, code: string, message = SAID): Answer {
  const text = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return { status, type: 'application/xml', body: Buffer.from(text), fault: true };
}

/** Does something once S3 has carried out the request of this number among those that match, before its answer. */
export function afterRequest(matches: (call: Call) => boolean, number: number, act: () => void | Promise<void>): Fault {
  let seen = 0;
  return async (call, pass) => {
    const answer = await pass();
    if (!matches(call)) return answer;
    seen += 1;
    if (seen === number) await act();
    return answer;
  };
}
