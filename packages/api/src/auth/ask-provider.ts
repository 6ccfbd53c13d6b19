import { HTTPException } from 'hono/http-exception';
import { LoginRefusedError, LoginUnavailableError } from './errors.ts';

/** Asks the login provider. @throws HTTPException 401 where it refuses, 503 where it cannot be asked */
export async function askProvider<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof LoginRefusedError) throw new HTTPException(401, { message: error.message, cause: error });
    if (error instanceof LoginUnavailableError) throw new HTTPException(503, { message: error.message, cause: error });
    throw error;
  }
}
