output "queue_url" {
  description = "The queue that the rule sends events to."
  value       = aws_sqs_queue.events.id
}

output "failed_queue_url" {
  description = "The dead-letter queue."
  value       = aws_sqs_queue.failed.id
}

output "failed_events" {
  description = "The S3 folder of events that could not be recorded, for `cumulus-api events replay`."
  value       = "s3://${var.system_bucket}/${var.prefix}/failed-events/"
}
