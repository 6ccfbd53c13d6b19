# A run that never happened raises an alarm as well as one that failed: ages come from `status`, which reads what there is in the folder of the
# backups, and ages that nobody measures count as too old.

locals {
  namespace  = "Cumulus/Protection"
  dimensions = { Prefix = var.prefix }
  period     = var.status_interval_minutes * 60

  ages = merge(
    {
      backup-age = {
        metric      = "ProvedBackupAge"
        seconds     = var.max_backup_age_hours * 60 * 60
        description = "The newest proved backup of a table of ${var.prefix} is older than ${var.max_backup_age_hours} hours, a table has none, or the age was not measured."
      }
    },
    var.rehearsal_schedule == null ? {} : {
      rehearsal-age = {
        metric      = "RehearsalAge"
        seconds     = var.max_rehearsal_age_days * 24 * 60 * 60
        description = "The last rehearsal of ${var.prefix} that did not fail is older than ${var.max_rehearsal_age_days} days, there is none, or its age was not measured."
      }
    },
  )
}

# Three in a row: a single measurement that is late, or that failed once, wakes nobody.
resource "aws_cloudwatch_metric_alarm" "ages" {
  for_each = local.ages

  alarm_name          = "${local.name}-${each.key}"
  alarm_description   = each.value.description
  namespace           = local.namespace
  metric_name         = each.value.metric
  dimensions          = local.dimensions
  statistic           = "Maximum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.seconds
  period              = local.period
  evaluation_periods  = 3
  datapoints_to_alarm = 3
  treat_missing_data  = "breaching"
  alarm_actions       = var.alarm_actions
  tags                = var.tags
}

# By the policy of `status`: 0 is protected, 1 has warnings alone, 2 is not protected. Where nothing is measured the alarms on ages go off.
resource "aws_cloudwatch_metric_alarm" "unprotected" {
  alarm_name          = "${local.name}-unprotected"
  alarm_description   = "The deployment ${var.prefix} is not protected as the policy of `cumulus-api status` asks: its log says which tables, and why."
  namespace           = local.namespace
  metric_name         = "Verdict"
  dimensions          = local.dimensions
  statistic           = "Maximum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 1
  period              = local.period
  evaluation_periods  = 1
  treat_missing_data  = "ignore"
  alarm_actions       = var.alarm_actions
  tags                = var.tags
}

resource "aws_cloudwatch_metric_alarm" "failed" {
  for_each = local.failed_jobs

  alarm_name          = "${local.name}-${each.key}-failed"
  alarm_description   = "A ${each.key} of ${var.prefix} failed: the log group ${aws_cloudwatch_log_group.tasks.name} says why, and the queue ${local.name}-failed-runs has its event."
  namespace           = "AWS/Events"
  metric_name         = "TriggeredRules"
  dimensions          = { RuleName = aws_cloudwatch_event_rule.failed[each.key].name }
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_actions
  tags                = var.tags
}

resource "aws_cloudwatch_metric_alarm" "not_started" {
  alarm_name          = "${local.name}-not-started"
  alarm_description   = "EventBridge Scheduler could not start tasks of ${local.name}: the queue ${local.name}-not-started says why. Purge it when that is mended."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.failures["not-started"].name }
  statistic           = "Maximum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_actions
  tags                = var.tags
}
