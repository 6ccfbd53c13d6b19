/** Whether an ARN is that of the function that a setting names, by its name or ARN. */
export function isFunction(arn: string | undefined, setting: string): boolean {
  if (arn === undefined) return false;
  return arn === setting || (!setting.startsWith('arn:') && arn.endsWith(`:function:${setting}`));
}
