output "alarms" {
  description = "The names of the alarms."
  value = sort(concat(
    [for alarm in aws_cloudwatch_metric_alarm.ages : alarm.alarm_name],
    [for alarm in aws_cloudwatch_metric_alarm.failed : alarm.alarm_name],
    [aws_cloudwatch_metric_alarm.unprotected.alarm_name, aws_cloudwatch_metric_alarm.not_started.alarm_name],
  ))
}

output "cluster_arn" {
  description = "The ARN of the cluster in which the tasks run."
  value       = local.cluster_arn
}

output "tasks" {
  description = "For each job, the family of its task, the ARN of its task definition and that of its role, by `backup`, `status` and `rehearsal`."
  value = {
    for job, task in aws_ecs_task_definition.jobs : job => {
      family = task.family, task_definition_arn = task.arn, role_arn = aws_iam_role.jobs[job].arn
    }
  }
}

output "run_task" {
  description = "The input of `aws ecs run-task --cli-input-json` that starts each job at once, in JSON, by `backup`, `status` and `rehearsal`."
  value = {
    for job, task in aws_ecs_task_definition.jobs : job => jsonencode({
      cluster        = local.cluster_arn
      taskDefinition = task.arn
      launchType     = "FARGATE"
      networkConfiguration = {
        awsvpcConfiguration = {
          subnets        = var.subnet_ids
          securityGroups = var.security_group_ids
          assignPublicIp = var.assign_public_ip ? "ENABLED" : "DISABLED"
        }
      }
    })
  }
}

output "log_group" {
  description = "The log group of the tasks."
  value       = aws_cloudwatch_log_group.tasks.name
}

output "queues" {
  description = "The URLs of the queues of failures: `not-started` and `failed-runs`."
  value       = { for name, queue in aws_sqs_queue.failures : name => queue.url }
}
