/** Which policy denied a request, as AWS says it. */
export interface Denial {
  /** The IAM action that was denied; another than that of the request where a key of KMS is used, for example. */
  readonly action: string;
  readonly resource: string | undefined;
  /** `resource-based policy`, `service control policy`, `permissions boundary`, … */
  readonly policy: string;
  /** Of the policy, where AWS says it. */
  readonly policyArn: string | undefined;
  /** Whether a statement of that policy denies it; else none of it allows it. */
  readonly isExplicit: boolean;
}

/**
 * Reads why a request was denied out of AWS's message. What fails differs by that: where nothing allows a request, a permission helps; where
 * a statement denies it, none does.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 * @returns undefined where the message says no more than that it was denied
 */
export function parseDenial(message: string): Denial | undefined {
  const [, action, resource] = /is not authorized to perform: (\S+)(?: on resource: "?([^\s"]+))?/.exec(message) ?? [];
  if (action === undefined) return undefined;
  const [, denying, arn] = /with an explicit deny in an? ([\w -]+)(?:: (arn:\S+))?/.exec(message) ?? [];
  const [, silent] = /because no ([\w -]+?) allows the /.exec(message) ?? [];
  const policy = denying ?? silent;
  if (policy === undefined) return undefined;
  return { action, resource, policy, policyArn: arn, isExplicit: denying !== undefined };
}

/**
 * What to do about a denied request.
 * @param whenMissing what to do where the permission is missing, or AWS does not say why
 */
export function adviceOnDenial(message: string, whenMissing: readonly string[]): readonly string[] {
  const denial = parseDenial(message);
  if (denial === undefined) return whenMissing;
  const { action, resource = 'the resource', policy, policyArn, isExplicit } = denial;
  if (isExplicit) {
    const named = policyArn === undefined ? '' : ` (${policyArn})`;
    return [
      `A statement of a ${policy}${named} denies it. A permission does not outweigh that: meet its conditions, or have it changed.`,
    ];
  }
  if (policy !== 'identity-based policy') {
    return [`The ${policy} has to allow ${action} on ${resource} too: a permission alone is not enough.`];
  }
  return whenMissing.some((advice) => advice.includes(action))
    ? whenMissing
    : [`Allow the IAM action ${action} on ${resource}.`];
}
