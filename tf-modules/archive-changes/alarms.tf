# Streams keep changes for a day. Whoever is woken by one of these has most of it left.

locals {
  function_dimensions = { FunctionName = aws_lambda_function.archive_changes.function_name }

  alarms = {
    late = {
      description = "Changes have waited for more than ${var.max_delay_minutes} minutes to be archived. Streams keep them for 24 hours."
      metric      = "IteratorAge", statistic = "Maximum", comparison = "GreaterThanThreshold"
      threshold   = var.max_delay_minutes * 60 * 1000, periods = 1, missing = "notBreaching"
    }
    # One failure is tried again. A table without a base fails each time.
    failing = {
      description = "The function ${local.name} fails again and again: its log says why. A table may lack a base."
      metric      = "Errors", statistic = "Sum", comparison = "GreaterThanThreshold"
      threshold   = 0, periods = 3, missing = "notBreaching"
    }
    silent = {
      description = "The function ${local.name} does not run, although its schedule says so."
      metric      = "Invocations", statistic = "Sum", comparison = "LessThanThreshold"
      threshold   = 1, periods = 3, missing = "breaching"
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "function" {
  for_each = local.alarms

  alarm_name          = "${local.name}-${each.key}"
  alarm_description   = each.value.description
  namespace           = "AWS/Lambda"
  metric_name         = each.value.metric
  dimensions          = local.function_dimensions
  statistic           = each.value.statistic
  comparison_operator = each.value.comparison
  threshold           = each.value.threshold
  period              = max(300, var.interval_minutes * 60)
  evaluation_periods  = each.value.periods
  datapoints_to_alarm = each.value.periods
  treat_missing_data  = each.value.missing
  alarm_actions       = var.alarm_actions
  tags                = var.tags
}

resource "aws_cloudwatch_metric_alarm" "given_up" {
  alarm_name          = "${local.name}-given-up"
  alarm_description   = "Batches were given up after ${var.max_record_age_hours} hours, or a run could not be started: the queue ${local.name}Failed has them. The next run reads the changes, as long as the stream has them. Purge the queue when that is mended."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.failed.name }
  statistic           = "Maximum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_actions
  tags                = var.tags
}
