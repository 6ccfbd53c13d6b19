import { RecordAlreadyExistsError } from '@cumulus/models';
import { HTTPException } from 'hono/http-exception';

/**
 * Creates a record.
 * @param name what the answer calls a record that is there already
 * @throws HTTPException of that status where there is one
 */
export async function createOnce<R>(create: () => Promise<R>, whenThere: 400 | 409, name: string): Promise<R> {
  try {
    return await create();
  } catch (error) {
    if (!(error instanceof RecordAlreadyExistsError)) throw error;
    throw new HTTPException(whenThere, { message: `A record already exists for ${name}`, cause: error });
  }
}
