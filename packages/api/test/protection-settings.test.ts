import { describe, expect, test } from '@jest/globals';
import { settingsFromEnvironment, settingsWithoutLogin } from '../src/settings.ts';

function problemsOf(environment: Record<string, string>): string {
  try {
    settingsFromEnvironment(environment);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}

describe('settings of protection', () => {
  test('name no place and no policy unless they are given', () => {
    expect(settingsWithoutLogin({}, 'prod').protection).toEqual({ backups: undefined, policy: undefined });
  });

  test('a policy is read and completed', () => {
    const PROTECTION_POLICY = '{"tables": {"*": {"backup": {"maxAgeHours": 48}}}}';
    const { protection } = settingsWithoutLogin({ BACKUPS: 's3://backups/prod', PROTECTION_POLICY }, 'prod');
    expect(protection.backups).toBe('s3://backups/prod');
    expect(protection.policy?.tables['*'].backup).toEqual({ level: 'require', maxAgeHours: 48 });
  });

  test('what is wrong is named at the start, with what else is wrong', () => {
    const problems = problemsOf({
      ...{ PROTECTION_POLICY: '{"tabels": {}}', BACKUPS: '/backups' },
      AWS_LAMBDA_FUNCTION_NAME: 'prod-ApiEndpoints',
    });
    expect(problems).toContain('there is no field tabels');
    expect(problems).toContain('BACKUPS is not s3://BUCKET/PREFIX: /backups');
    expect(problems).toContain('TOKEN_SECRET is not set');
  });

  test('a server may read backups from a folder', () => {
    expect(settingsWithoutLogin({ BACKUPS: '/backups' }, 'prod').protection.backups).toBe('/backups');
  });
});
