import type { Answer, Call, Fault } from './proxy.ts';

/** HTTP 200 that is no evidence that anything was done, by what is wrong with it. */
export const NO_EVIDENCE: Readonly<Record<string, Pick<Answer, 'type' | 'body'>>> = {
  'an empty body': { type: 'application/x-amz-json-1.0', body: Buffer.alloc(0) },
  'an empty object': { type: 'application/x-amz-json-1.0', body: Buffer.from('{}') },
  'a page of a proxy': { type: 'text/html', body: Buffer.from('<html><body>Please log in.</body></html>') },
  'another JSON': { type: 'application/json', body: Buffer.from('{"status":"ok"}') },
};

/**
 * Gives these answers with HTTP 200, one after the other and the last again and again, to the calls that match; who was
 * asked gets none of them.
 */
export function instead(matches: (call: Call) => boolean, ...answers: readonly Pick<Answer, 'type' | 'body'>[]): Fault {
  let next = 0;
  return async (call, pass) => {
    const answer = answers[Math.min(next, answers.length - 1)];
    if (answer === undefined || !matches(call)) return pass();
    next += 1;
    return { ...answer, status: 200, fault: true };
  };
}

/** Like {@link instead}, for the first calls only, and who was asked has carried them out. */
export function lostBehind(action: string, times: number, answer: Pick<Answer, 'type' | 'body'>): Fault {
  let seen = 0;
  return async (call, pass) => {
    const given = await pass();
    if (call.action !== action || seen === times) return given;
    seen += 1;
    return { ...answer, status: 200, fault: true };
  };
}
