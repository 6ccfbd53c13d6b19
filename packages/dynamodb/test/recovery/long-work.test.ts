import { describe, expect, test } from '@jest/globals';
import { InterruptedError } from '../../src/aws/errors.ts';
import { finishWork, startWork, type WorkToStart } from '../../src/recovery/long-work.ts';

/** What the SDK throws after so many attempts. */
function refusal(name: string, attempts = 1): Error {
  return Object.assign(new Error(name), { name, $metadata: { attempts } });
}

describe('startWork', () => {
  /** Starts work whose requests are answered one after the other. */
  async function start(
    answers: readonly (string | Error)[],
    work: Partial<WorkToStart<string>> = {},
  ): Promise<{ readonly started: string; readonly requests: number }> {
    let requests = 0;
    const started = await startWork<string>({
      started: undefined,
      request: async () => {
        const answer = answers[requests] ?? 'one too many';
        requests += 1;
        if (answer instanceof Error) throw answer;
        return answer;
      },
      explain: async (thrown) => new Error(`explained: ${(thrown as Error).message}`),
      ...work,
    });
    return { started, requests };
  }

  test('what an earlier call started is not started again', async () => {
    expect(await start(['another'], { started: 'earlier' })).toEqual({ started: 'earlier', requests: 0 });
  });

  test('a refusal that passes is outlasted, any other is explained', async () => {
    expect(await start([refusal('ThrottlingException'), 'a'])).toEqual({ started: 'a', requests: 2 });
    await expect(start([refusal('ValidationException'), 'a'])).rejects.toThrow('explained: ValidationException');
    const passes = (thrown: unknown) => (thrown as Error).name === 'ContinuousBackupsUnavailableException';
    const unavailable = refusal('ContinuousBackupsUnavailableException');
    expect(await start([unavailable, unavailable, 'a'], { passes })).toEqual({ started: 'a', requests: 3 });
    await expect(start([refusal('ThrottlingException')], { passes })).rejects.toThrow('explained');
  });

  test('a request whose answer was lost finds its own work; one that was sent once does not take that of others', async () => {
    const whenLost = { error: 'TableAlreadyExistsException', find: async () => 'own' };
    expect(await start([refusal('TableAlreadyExistsException', 2)], { whenLost })).toMatchObject({ started: 'own' });
    await expect(start([refusal('TableAlreadyExistsException')], { whenLost })).rejects.toThrow('explained');
    await expect(
      start([refusal('TableAlreadyExistsException', 2)], { whenLost: { ...whenLost, find: async () => undefined } }),
    ).rejects.toThrow('explained');
  });

  test('an abort ends the wait for a refusal to pass', async () => {
    const abortSignal = AbortSignal.timeout(20);
    const answers = Array.from({ length: 100 }, () => refusal('ThrottlingException'));
    await expect(start(answers, { abortSignal })).rejects.toThrow('explained');
  });
});

describe('finishWork', () => {
  /** Waits for work that stands so at one look after the other. */
  function finish(states: (string | undefined)[], abortSignal?: AbortSignal): Promise<string> {
    return finishWork<string>(
      {
        name: 'the work',
        describe: async () => states.shift(),
        isOver: (state) => state === 'DONE' || state === 'FAILED',
        stateOf: (state) => state,
        gone: () => new Error('it is gone'),
      },
      { advice: ['Ask again.'], abortSignal },
    );
  }

  test('it waits until AWS has ended the work, which AWS may not know at first', async () => {
    expect(await finish([undefined, 'CREATING', 'DONE'])).toBe('DONE');
    expect(await finish(['FAILED'])).toBe('FAILED');
  });

  test('work that AWS knew and knows no more is gone', async () => {
    await expect(finish(['CREATING', undefined, 'DONE'])).rejects.toThrow('it is gone');
  });

  test('an abort ends the wait, and says how to go on', async () => {
    const ended = finish(['CREATING', 'CREATING', 'CREATING'], AbortSignal.timeout(50));
    await expect(ended).rejects.toThrow(InterruptedError);
    await expect(ended).rejects.toThrow('Ask again.');
  });
});
