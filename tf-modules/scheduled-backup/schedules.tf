# When the tasks start. EventBridge Scheduler tries again for an hour to start one, and then keeps what it could not start in a queue.

locals {
  schedules = merge(
    {
      backup = { expression = var.backup_schedule, window = var.flexible_window_minutes }
      # On time: each period of the alarms is to have its measurement.
      status = { expression = "rate(${var.status_interval_minutes} minutes)", window = 0 }
    },
    var.rehearsal_schedule == null ? {} : {
      rehearsal = { expression = var.rehearsal_schedule, window = var.flexible_window_minutes }
    },
  )
}

resource "aws_scheduler_schedule_group" "jobs" {
  name = local.name
  tags = var.tags
}

resource "aws_scheduler_schedule" "jobs" {
  for_each = local.schedules

  name                         = each.key
  group_name                   = aws_scheduler_schedule_group.jobs.name
  description                  = "Starts the task ${local.name}-${each.key}"
  state                        = var.enabled ? "ENABLED" : "DISABLED"
  schedule_expression          = each.value.expression
  schedule_expression_timezone = var.schedule_timezone
  kms_key_arn                  = var.kms_key_arn

  flexible_time_window {
    mode                      = each.value.window == 0 ? "OFF" : "FLEXIBLE"
    maximum_window_in_minutes = each.value.window == 0 ? null : each.value.window
  }

  target {
    arn      = local.cluster_arn
    role_arn = aws_iam_role.scheduler.arn

    ecs_parameters {
      task_definition_arn = aws_ecs_task_definition.jobs[each.key].arn
      launch_type         = "FARGATE"
      platform_version    = "LATEST"
      task_count          = 1

      network_configuration {
        subnets          = var.subnet_ids
        security_groups  = var.security_group_ids
        assign_public_ip = var.assign_public_ip
      }
    }

    retry_policy {
      maximum_event_age_in_seconds = 3600
      maximum_retry_attempts       = 20
    }

    dead_letter_config {
      arn = aws_sqs_queue.failures["not-started"].arn
    }
  }

  # The role is of no use before it has its policy.
  depends_on = [aws_iam_role_policy.scheduler]
}
