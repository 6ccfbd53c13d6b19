output "dynamo_tables" {
  description = "A map with each table's `{ name, arn }`, by its key (`granules`). `cumulus-api --tables FILE` reads it as `terraform output -json dynamo_tables` prints it."
  value       = { for key, table in local.tables : key => { name = table.name, arn = table.arn } }

  # In dynamo_override.tf they are passed over where the provider does not know them.
  precondition {
    condition     = !var.deletion_protection || can([for table in local.tables : table.deletion_protection_enabled])
    error_message = "deletion_protection needs a newer AWS provider: this one does not know deletion_protection_enabled."
  }

  precondition {
    condition     = length(var.table_classes) == 0 || can([for table in local.tables : table.table_class])
    error_message = "table_classes needs a newer AWS provider: this one does not know table_class."
  }

  precondition {
    condition     = alltrue([for tags in local.tags : length(tags) <= 50])
    error_message = "With tags and table_tags together, a table would have more than the 50 tags that AWS allows: ${join(", ", [for name, tags in local.tags : "${name} ${length(tags)}" if length(tags) > 50])}."
  }
}

output "record_counts_table" {
  description = "The `{ name, arn }` of the table of counts, which is computed from the other tables and never backed up."
  value       = { name = aws_dynamodb_table.record_counts_table.name, arn = aws_dynamodb_table.record_counts_table.arn }
}

output "dynamo_stream_arns" {
  description = "A map with the ARN of the stream of each table that has one, by the table's key. It changes when a table's stream is turned off and on again. After an apply that turns a stream on in place (an older deployment, an adopted table) it is empty until `terraform apply -refresh-only`."
  value       = { for key, table in local.tables : key => table.stream_arn if coalesce(table.stream_enabled, false) }
}

output "backup_policy" {
  description = "JSON of an IAM policy to read the tables and back them up: changes no table. In the `recovery_buckets` it writes backup files and deletes outdated ones."
  value       = jsonencode({ Version = "2012-10-17", Statement = local.backup_statements })
}

output "restore_policy" {
  description = "JSON of an IAM policy to restore backup files into the tables, and into new tables named `<table>-…`. It changes no setting of the tables themselves, so items that a restore overwrites stay recoverable."
  value       = jsonencode({ Version = "2012-10-17", Statement = local.restore_statements })
}

output "status_policy" {
  description = "JSON of an IAM policy to see how well the tables are protected. It reads settings, lists of backups and exports, and files in the `recovery_buckets`. It sends metrics to the namespace `Cumulus/Protection`, and reads no items."
  value       = jsonencode({ Version = "2012-10-17", Statement = local.status_statements })
}

output "rehearsal_policy" {
  description = "JSON of an IAM policy to rehearse a recovery (`cumulus-api rehearse`). It reads the tables, their streams and backups, and files in the `recovery_buckets`. It creates, fills and deletes only tables named `<prefix>-rehearsal-…`."
  value       = jsonencode({ Version = "2012-10-17", Statement = local.rehearsal_statements })
}

output "recovery_policy" {
  description = "JSON of an IAM policy for point-in-time recovery, on-demand backups, and export and import through the `recovery_buckets`. Tables are recovered to new tables named `<table>-…`, and a deleted table also under its own name. Recovered items can be copied back."
  value       = jsonencode({ Version = "2012-10-17", Statement = local.recovery_statements })
}
