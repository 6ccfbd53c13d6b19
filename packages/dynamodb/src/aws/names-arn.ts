import type {
  BatchGetItemCommandInput,
  PutItemCommandInput,
  ServiceInputTypes,
  TransactWriteItemsCommandInput,
} from '@aws-sdk/client-dynamodb';

/** Whether a request for items names a table by its ARN, which may have another endpoint than the client's other requests go to. */
export function namesArn(input: ServiceInputTypes): boolean {
  return tablesOf(input).some((table) => table.startsWith('arn:'));
}

function tablesOf(input: ServiceInputTypes): readonly string[] {
  const { TableName, RequestItems, TransactItems } = input as Partial<
    PutItemCommandInput & BatchGetItemCommandInput & TransactWriteItemsCommandInput
  >;
  if (TableName !== undefined) return [TableName];
  if (RequestItems !== undefined) return Object.keys(RequestItems);
  return (TransactItems ?? []).map(
    ({ Put, Update, Delete, ConditionCheck }) => (Put ?? Update ?? Delete ?? ConditionCheck)?.TableName ?? '',
  );
}
