import type { Fault } from './proxy.ts';

/** Of every second call of an action, the first among them, the connection ends without the answer that DynamoDB gave. */
export function answerLost(action: string): Fault {
  let calls = 0;
  return async (call, pass) => {
    const answer = await pass();
    if (call.action !== action) return answer;
    calls += 1;
    return calls % 2 === 0 ? answer : { ...answer, cutAfter: 0, fault: true };
  };
}
