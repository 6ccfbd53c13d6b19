/** The address of a table of the module `data-persistence`: `….aws_dynamodb_table.granules_table`. */
export function addressOfTable(module: string, name: string): string {
  const resource = name.replace(/[a-z](?=[A-Z])/g, '$&_').toLowerCase();
  return `${module}.aws_dynamodb_table.${resource}`;
}

/**
 * What makes Terraform manage a table of this name at an address, for a shell, to which a
 * table's name is plain. By `state rm`, which destroys nothing,
 * Terraform forgets the table that it has there: it imports only to an address that is free.
 */
export function adoptionCommands(address: string, table: string): readonly string[] {
  return [`terraform state rm '${address}'`, `terraform import '${address}' ${table}`, 'terraform plan -out plan'];
}
