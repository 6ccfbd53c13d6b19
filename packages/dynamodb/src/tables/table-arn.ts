/** The table's name out of its ARN, or of that of its export or import. */
export function tableOfArn(arn: string): string {
  return /:table\/([^/]+)/.exec(arn)?.[1] ?? arn;
}
