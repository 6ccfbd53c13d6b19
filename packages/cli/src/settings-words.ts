import type { SettingNotTaken } from '@cumulus/dynamodb';

/** `without tags (the server has none: …)` */
export function describeSettingNotTaken({ setting, reason }: SettingNotTaken): string {
  return `without ${setting} (the server does not have it: ${reason.replace(/\.$/, '')})`;
}
