/**
 * Whether a text is the name or address of a host, without a scheme, port or path, as earlier releases checked it: labels of
 * letters, digits and hyphens, of which none begins or ends with a hyphen, 253 characters at most. An IPv4 address is one too.
 */
export function isHostName(text: string): boolean {
  const name = text.replace(/\.$/, '');
  return name.length <= 253 && name.split('.').every((label) => /^(?!-)[a-zA-Z0-9-]{1,63}(?<!-)$/.test(label));
}

/** Whether a text can be the name of a bucket. Those of before 2018 may have capital letters and `_`, which no host has. */
export function isBucketName(text: string): boolean {
  return /^[\w.-]{3,255}$/.test(text);
}
