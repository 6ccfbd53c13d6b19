/** The label of a stream out of its ARN, `arn:aws:dynamodb:REGION:ACCOUNT:table/TABLE/stream/LABEL`. */
export function labelOf(streamArn: string): string {
  return streamArn.slice(streamArn.lastIndexOf('/') + 1);
}
