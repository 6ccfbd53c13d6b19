output "run_task" {
  description = "The input of `aws ecs run-task --cli-input-json` that starts each job at once."
  value       = module.scheduled_backup.run_task
}

output "log_group" {
  description = "The log group of the tasks."
  value       = module.scheduled_backup.log_group
}

output "alarms" {
  description = "The names of the alarms."
  value       = module.scheduled_backup.alarms
}

output "queues" {
  description = "The URLs of the queues of failures."
  value       = module.scheduled_backup.queues
}
