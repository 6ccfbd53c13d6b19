import type { Fault } from './proxy.ts';
import { numberBetween, type Random } from './random.ts';

/** For this share of an action's calls the connection ends in the midst of the answer, which DynamoDB gave. */
export function cutOff(action: string, share: number, random: Random): Fault {
  return async (call, pass) => {
    const answer = await pass();
    if (call.action !== action || random() >= share) return answer;
    return { ...answer, cutAfter: numberBetween(random, 0, answer.body.length - 1), fault: true };
  };
}
