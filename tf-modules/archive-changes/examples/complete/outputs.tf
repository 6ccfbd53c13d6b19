output "function_name" {
  description = "The name of the function."
  value       = module.archive_changes.function_name
}

output "tables" {
  description = "The names of the tables that are archived."
  value       = module.archive_changes.tables
}

output "log_group" {
  description = "The log group of the function."
  value       = module.archive_changes.log_group
}

output "failed_queue" {
  description = "The URL of the queue of batches that were given up."
  value       = module.archive_changes.failed_queue
}

output "alarms" {
  description = "The names of the alarms."
  value       = module.archive_changes.alarms
}
