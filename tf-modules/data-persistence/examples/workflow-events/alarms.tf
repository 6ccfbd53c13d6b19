# Each is about something else that a person has to do; docs/events.md says what.

resource "aws_cloudwatch_log_metric_filter" "kept" {
  name           = "${var.prefix}-executionEventsKept"
  log_group_name = aws_cloudwatch_log_group.functions["recordFailedEvents"].name
  pattern        = "{ $.message = \"event kept\" }"

  metric_transformation {
    namespace = "Cumulus"
    name      = "${var.prefix}-executionEventsKept"
    value     = "1"
  }
}

resource "aws_cloudwatch_metric_alarm" "kept" {
  alarm_name          = "${var.prefix}-executionEventsKept"
  alarm_description   = "Events could not be recorded, and are kept in s3://${var.system_bucket}/${var.prefix}/failed-events/: replay them."
  namespace           = "Cumulus"
  metric_name         = aws_cloudwatch_log_metric_filter.kept.name
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_actions
  tags                = var.tags
}

# By the number of messages: those that were received more than three times do not count for the age of the oldest.
resource "aws_cloudwatch_metric_alarm" "failed" {
  alarm_name          = "${var.prefix}-executionEventsFailed"
  alarm_description   = "Events have been in the dead-letter queue for half an hour: they can be neither recorded nor kept."
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 6
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
        dimensions  = { QueueName = aws_sqs_queue.failed.name }
        stat        = "Maximum"
        period      = 300
      }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "late" {
  alarm_name          = "${var.prefix}-executionEventsLate"
  alarm_description   = "Events have waited for half an hour to be recorded."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateAgeOfOldestMessage"
  dimensions          = { QueueName = aws_sqs_queue.events.name }
  statistic           = "Maximum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 1800
  period              = 300
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_actions
  tags                = var.tags
}
