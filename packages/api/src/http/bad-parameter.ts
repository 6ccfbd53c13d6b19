import { HTTPException } from 'hono/http-exception';

/** The error for a parameter with a wrong value. */
export function bad(parameter: string, problem: string): HTTPException {
  return new HTTPException(400, { message: `The parameter ${parameter} ${problem}.` });
}
