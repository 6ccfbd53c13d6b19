import { errorAnswer } from '../http/error-answer.ts';

/**
 * Changes a record. Where there is none, that is the answer, whatever else is wrong with the request.
 * @param find throws RecordDoesNotExistError; asked only where the change is refused
 */
export async function absentFirst<T>(find: () => Promise<unknown>, change: () => Promise<T>): Promise<T> {
  try {
    return await change();
  } catch (error) {
    if (errorAnswer(error).statusCode === 400) await find();
    throw error;
  }
}
