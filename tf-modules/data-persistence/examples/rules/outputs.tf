output "api_environment" {
  description = "The variables that the API needs to make what rules are triggered by."
  value = {
    invokeArn                 = local.function_arns["ScheduleSF"]
    messageConsumer           = local.function_arns["messageConsumer"]
    KinesisInboundEventLogger = local.function_arns["KinesisInboundEventLogger"]
    sqsMessageConsumer        = local.function_arns["sqsMessageConsumer"]
  }

  # Rules must not find functions that are not there yet.
  depends_on = [aws_cloudformation_stack.functions, aws_lambda_permission.schedules]
}

output "failed_queue_url" {
  description = "The dead-letter queue of the functions."
  value       = aws_sqs_queue.failed.id
}
