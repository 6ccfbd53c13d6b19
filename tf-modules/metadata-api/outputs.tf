output "functions" {
  description = "The name, ARN and role of each function, by its name without prefix."
  value = {
    for name, function in aws_lambda_function.functions :
    name => { name = function.function_name, arn = function.arn, role_arn = aws_iam_role.functions[name].arn }
  }
}

output "api_uri" {
  description = "The address of the API with a login; null without the component `api`."
  value       = local.has.api ? "${local.api_url}/" : null
}

output "api_redirect_uri" {
  description = "The redirect address to register with Earthdata Login for the application; null without the component `api`."
  value       = local.has.api ? "${local.api_url}/token" : null
}

output "api_gateway_rest_api_id" {
  description = "The id of the REST API, for a custom domain; null without the component `api`."
  value       = one(aws_api_gateway_rest_api.api[*].id)
}

output "api_gateway_stage_arn" {
  description = "The ARN of the REST API's stage, for a web application firewall; null without the component `api`."
  value       = one(aws_api_gateway_stage.api[*].arn)
}

output "api_environment" {
  description = "Environment variables for an API that this module does not deploy, such as `cumulus-api serve`: all but those of its login."
  value       = local.api_environment

  # Nothing must be started that nobody runs yet, and rules must not find functions that are not there yet.
  depends_on = [aws_lambda_event_source_mapping.queues, aws_lambda_permission.schedules]
}

output "api_policy" {
  description = "JSON of an IAM policy, with the login, for an API that this module does not deploy."
  value = jsonencode({
    Version   = "2012-10-17"
    Statement = [for statement in concat(local.api_statements, local.login_statements, local.key_statements) : statement if length(statement.Resource) > 0]
  })
}

output "queues" {
  description = "The URL and ARN of each queue, dead-letter queues too, by its name without prefix."
  value       = { for name, queue in merge(aws_sqs_queue.queues, aws_sqs_queue.dead_letters) : name => { url = queue.url, arn = queue.arn } }
}

output "failed_events" {
  description = "The S3 folder of events that could not be recorded, for `cumulus-api events replay`."
  value       = "s3://${var.system_bucket}/${var.prefix}/failed-events/"
}

output "alarms" {
  description = "The names of the alarms."
  value = sort(concat(
    [for alarm in aws_cloudwatch_metric_alarm.dead_letters : alarm.alarm_name],
    aws_cloudwatch_metric_alarm.kept[*].alarm_name,
    aws_cloudwatch_metric_alarm.late[*].alarm_name,
    aws_cloudwatch_metric_alarm.counts_late[*].alarm_name,
  ))
}
