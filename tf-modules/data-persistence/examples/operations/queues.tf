locals {
  function_timeout = 900
}

# A message for each operation. Lambda's advice: six times as long as the function may take.
resource "aws_sqs_queue" "operations" {
  name                       = "${var.prefix}-operations"
  visibility_timeout_seconds = 6 * local.function_timeout
  message_retention_seconds  = 14 * 24 * 60 * 60
  tags                       = var.tags

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.failed.arn
    maxReceiveCount     = 5
  })
}

resource "aws_sqs_queue" "failed" {
  name                       = "${var.prefix}-operationsFailed"
  visibility_timeout_seconds = 6 * local.function_timeout
  message_retention_seconds  = 14 * 24 * 60 * 60
  tags                       = var.tags
}
