import type { Fault } from './proxy.ts';

type Json = Readonly<Record<string, unknown>>;

const TYPE = 'application/x-amz-json-1.0';

/**
 * Changes the answers to an action that succeed: to what AWS says by its documentation, and a stand-in does not.
 * @param change is given the answer, and the request
 */
export function answered(action: string, change: (answer: Json, input: Json) => Json): Fault {
  return async (call, pass) => {
    const answer = await pass();
    if (call.action !== action || answer.status !== 200) return answer;
    const changed = change(JSON.parse(answer.body.toString('utf8')), JSON.parse(call.body.toString('utf8')));
    return { ...answer, body: Buffer.from(JSON.stringify(changed)), fault: true };
  };
}

/** Answers calls of an action in AWS's place; the stand-in, which does not know it, gets none. */
export function answeredAs(action: string, answer: (input: Json) => Json): Fault {
  return async (call, pass) => {
    if (call.action !== action) return pass();
    const body = Buffer.from(JSON.stringify(answer(JSON.parse(call.body.toString('utf8')))));
    return { status: 200, type: TYPE, body, fault: true };
  };
}

/** Refuses calls of an action, those for which `concerns` holds; DynamoDB gets none of these. */
export function refusedAs(
  action: string,
  error: string,
  message: string,
  concerns: (input: Json) => boolean = () => true,
): Fault {
  return async (call, pass) => {
    if (call.action !== action || !concerns(JSON.parse(call.body.toString('utf8')))) return pass();
    const body = { __type: `com.amazonaws.dynamodb.v20120810#${error}`, message };
    return { status: 400, type: TYPE, body: Buffer.from(JSON.stringify(body)), fault: true };
  };
}
