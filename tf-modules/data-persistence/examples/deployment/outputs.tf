# Passed on, so that `terraform output` and other configurations (terraform_remote_state) have them.

output "dynamo_tables" {
  description = "Each table's name and ARN, by its key."
  value       = module.data_persistence.dynamo_tables
}

output "dynamo_stream_arns" {
  description = "The ARN of each stream, by its table's key."
  value       = module.data_persistence.dynamo_stream_arns
}

output "backup_policy" {
  description = "JSON of an IAM policy to read the tables and back them up."
  value       = module.data_persistence.backup_policy
}

output "status_policy" {
  description = "JSON of an IAM policy to see how well the tables are protected."
  value       = module.data_persistence.status_policy
}

output "restore_policy" {
  description = "JSON of an IAM policy to restore backup files."
  value       = module.data_persistence.restore_policy
}

output "recovery_policy" {
  description = "JSON of an IAM policy for point-in-time recovery, on-demand backups, export and import."
  value       = module.data_persistence.recovery_policy
}

output "for_metadata_api" {
  description = "What the configuration of the API and its functions needs of the tables: `terraform output -json for_metadata_api > tables.auto.tfvars.json` there."
  value = {
    dynamo_tables       = module.data_persistence.dynamo_tables
    dynamo_stream_arns  = module.data_persistence.dynamo_stream_arns
    record_counts_table = module.data_persistence.record_counts_table
  }
}

output "for_scheduled_backup" {
  description = "What the configuration of scheduled backups needs of the tables: `terraform output -json for_scheduled_backup > policies.auto.tfvars.json` there."
  value = {
    for_scheduled_backup = {
      backup_policy    = module.data_persistence.backup_policy
      status_policy    = module.data_persistence.status_policy
      rehearsal_policy = module.data_persistence.rehearsal_policy
    }
  }
}

output "for_archive_changes" {
  description = "What the configuration of the function that archives changes needs of the tables: `terraform output -json for_archive_changes > tables.auto.tfvars.json` there."
  value = {
    for_archive_changes = {
      backup_policy      = module.data_persistence.backup_policy
      dynamo_stream_arns = module.data_persistence.dynamo_stream_arns
    }
  }
}
