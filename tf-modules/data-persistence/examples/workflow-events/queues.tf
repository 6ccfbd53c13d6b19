locals {
  # arn:PARTITION:dynamodb:REGION:ACCOUNT:table/NAME
  arn_parts = split(":", var.dynamo_tables.executions.arn)
  partition = local.arn_parts[1]
  place     = "${local.arn_parts[3]}:${local.arn_parts[4]}"

  state_machines = coalesce(var.state_machines, ["${var.prefix}-"])

  function_timeout = 120
  fourteen_days    = 14 * 24 * 60 * 60
}

resource "aws_cloudwatch_event_rule" "status_changes" {
  name        = "${var.prefix}-recordExecutionEvents"
  description = "Status changes of the workflows of ${var.prefix}, to be recorded"
  tags        = var.tags

  event_pattern = jsonencode({
    source        = ["aws.states"]
    "detail-type" = ["Step Functions Execution Status Change"]
    detail = {
      stateMachineArn = [for name in local.state_machines : { prefix = "arn:${local.partition}:states:${local.place}:stateMachine:${name}" }]
      status          = ["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]
    }
  })
}

resource "aws_cloudwatch_event_target" "queue" {
  rule = aws_cloudwatch_event_rule.status_changes.name
  arn  = aws_sqs_queue.events.arn

  dead_letter_config {
    arn = aws_sqs_queue.failed.arn
  }

  # Without the permission the first events would go astray.
  depends_on = [aws_sqs_queue_policy.from_rule]
}

# Both queues are encrypted with SQS's own keys, the default. The key alias/aws/sqs does not work:
# EventBridge may not use it.

resource "aws_sqs_queue" "events" {
  name                       = "${var.prefix}-executionEvents"
  visibility_timeout_seconds = 6 * local.function_timeout
  message_retention_seconds  = local.fourteen_days
  tags                       = var.tags

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.failed.arn
    maxReceiveCount     = 5
  })
}

# A message keeps its age when it comes here. That leaves little of the 14 days only to one that has waited almost as long.
resource "aws_sqs_queue" "failed" {
  name                       = "${var.prefix}-executionEventsFailed"
  visibility_timeout_seconds = 6 * local.function_timeout
  message_retention_seconds  = local.fourteen_days
  tags                       = var.tags
}

resource "aws_sqs_queue_policy" "from_rule" {
  for_each = { events = aws_sqs_queue.events, failed = aws_sqs_queue.failed }

  queue_url = each.value.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "SendFromRule"
        Effect    = "Allow"
        Principal = { Service = "events.amazonaws.com" }
        Action    = "sqs:SendMessage"
        Resource  = each.value.arn
        Condition = { ArnEquals = { "aws:SourceArn" = aws_cloudwatch_event_rule.status_changes.arn } }
      },
    ]
  })
}
