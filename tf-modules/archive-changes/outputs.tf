output "function_name" {
  description = "The name of the function. `aws lambda invoke --payload '{\"detail-type\":\"Scheduled Event\"}'` has it read all tables at once."
  value       = aws_lambda_function.archive_changes.function_name
}

output "tables" {
  description = "The names of the tables that are archived."
  value       = local.table_names
}

output "log_group" {
  description = "The log group of the function."
  value       = aws_cloudwatch_log_group.function.name
}

output "failed_queue" {
  description = "The URL of the queue of batches that were given up, and of runs that could not be started."
  value       = aws_sqs_queue.failed.url
}

output "alarms" {
  description = "The names of the alarms."
  value       = sort(concat([for alarm in aws_cloudwatch_metric_alarm.function : alarm.alarm_name], [aws_cloudwatch_metric_alarm.given_up.alarm_name]))
}
