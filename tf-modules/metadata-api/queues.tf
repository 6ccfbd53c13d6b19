# The queues of all components, each with a dead-letter queue, and an alarm for it.

locals {
  fourteen_days = 14 * 24 * 60 * 60

  # The function that reads each.
  queues = merge(
    local.has.recording ? { executionEvents = "recordExecutionEvents" } : {},
    local.has.operations ? { operations = "runOperations" } : {},
  )

  # Nobody reads that of the functions of rules.
  dead_letter_queues = merge(
    local.has.recording ? { executionEventsFailed = "recordFailedEvents" } : {},
    local.has.operations ? { operationsFailed = "failOperations" } : {},
    local.has.rules ? { ruleFunctionsFailed = "" } : {},
  )

  readers = { for name, function in merge(local.queues, local.dead_letter_queues) : name => function if function != "" }

  # The rules of EventBridge that send to them, by their names: an ARN that is not known yet would make each queue wait for its rule.
  senders = {
    executionEvents       = "${var.prefix}-recordExecutionEvents"
    executionEventsFailed = "${var.prefix}-recordExecutionEvents"
    ruleFunctionsFailed   = "${var.prefix}-sqsMessageRemover"
  }

  queue_policies = {
    for name, rule in local.senders : name => jsonencode({
      Version = "2012-10-17"
      Statement = [
        {
          Sid       = "SendFromRule"
          Effect    = "Allow"
          Principal = { Service = "events.amazonaws.com" }
          Action    = "sqs:SendMessage"
          Resource  = "arn:${local.partition}:sqs:${local.place}:${var.prefix}-${name}"
          Condition = { ArnEquals = { "aws:SourceArn" = "arn:${local.partition}:events:${local.place}:rule/${rule}" } }
        },
      ]
    })
  }
}

resource "aws_sqs_queue" "queues" {
  for_each = local.queues

  name = "${var.prefix}-${each.key}"
  # Lambda's advice: six times as long as the function may take.
  visibility_timeout_seconds = 6 * local.timeouts[each.value]
  message_retention_seconds  = local.fourteen_days
  sqs_managed_sse_enabled    = var.kms_key_arn == null ? true : null
  kms_master_key_id          = var.kms_key_arn
  policy                     = lookup(local.queue_policies, each.key, null)
  tags                       = var.tags

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead_letters["${each.key}Failed"].arn
    maxReceiveCount     = 5
  })
}

# A message keeps its age when it comes here. That leaves little of the 14 days only to one that has waited almost as long.
resource "aws_sqs_queue" "dead_letters" {
  for_each = local.dead_letter_queues

  name                       = "${var.prefix}-${each.key}"
  visibility_timeout_seconds = each.value == "" ? null : 6 * local.timeouts[each.value]
  message_retention_seconds  = local.fourteen_days
  sqs_managed_sse_enabled    = var.kms_key_arn == null ? true : null
  kms_master_key_id          = var.kms_key_arn
  policy                     = lookup(local.queue_policies, each.key, null)
  tags                       = var.tags
}

resource "aws_lambda_event_source_mapping" "queues" {
  for_each = local.readers

  event_source_arn = merge(aws_sqs_queue.queues, aws_sqs_queue.dead_letters)[each.key].arn
  function_name    = aws_lambda_function.functions[each.value].function_name
  enabled          = local.all_functions[each.value].component == "recording" ? var.recording : true
  tags             = var.tags

  # A message that ends the function, by the memory that it needs for instance, takes no others along.
  batch_size                         = each.value == "recordExecutionEvents" ? 10 : 1
  maximum_batching_window_in_seconds = each.value == "recordExecutionEvents" ? 1 : 0

  # Without it Lambda ignores which messages failed, and deletes these too.
  function_response_types = ["ReportBatchItemFailures"]

  scaling_config {
    maximum_concurrency = local.all_functions[each.value].component == "recording" ? var.recording_concurrency : var.operations_concurrency
  }
}

# By the number of messages: those that were received more than three times do not count for the age of the oldest.
resource "aws_cloudwatch_metric_alarm" "dead_letters" {
  for_each = local.dead_letter_queues

  alarm_name          = "${var.prefix}-${each.key}"
  alarm_description   = "Messages are in the dead-letter queue ${var.prefix}-${each.key}${each.value == "" ? "." : " for half an hour: ${var.prefix}-${each.value} does not get them done."}"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = each.value == "" ? 1 : 6
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_actions
  tags                = var.tags

  metric_query {
    id          = "all"
    expression  = "waiting + taken"
    label       = "messages in the dead-letter queue"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = {
      waiting = "ApproximateNumberOfMessagesVisible"
      taken   = "ApproximateNumberOfMessagesNotVisible"
    }

    content {
      id = metric_query.key

      metric {
        namespace   = "AWS/SQS"
        metric_name = metric_query.value
        dimensions  = { QueueName = aws_sqs_queue.dead_letters[each.key].name }
        stat        = "Maximum"
        period      = 300
      }
    }
  }
}
