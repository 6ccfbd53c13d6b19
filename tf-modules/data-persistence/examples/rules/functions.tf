locals {
  # arn:PARTITION:dynamodb:REGION:ACCOUNT:table/NAME
  arn_parts = split(":", var.dynamo_tables.rules.arn)
  partition = local.arn_parts[1]
  place     = "${local.arn_parts[3]}:${local.arn_parts[4]}"

  # By the names that earlier releases gave them.
  functions = {
    ScheduleSF = {
      handler    = "startScheduled"
      statements = concat(local.start_statements, local.failed_statements)
      failed     = true
    }
    messageConsumer = {
      handler    = "startOfRecords"
      statements = concat(local.start_statements, local.rules_statements, local.stream_statements, local.fallback_statements, local.failed_statements)
      failed     = true
    }
    KinesisInboundEventLogger = {
      handler    = "logRecords"
      statements = concat(local.stream_statements, local.key_statements)
      failed     = false
    }
    sqsMessageConsumer = {
      handler    = "pollQueues"
      statements = concat(local.start_statements, local.rules_statements, local.poll_statements)
      failed     = false
    }
    sqsMessageRemover = {
      handler    = "finishQueueMessage"
      statements = concat(local.finish_statements, local.failed_statements)
      failed     = true
    }
  }

  function_arns = { for name, _ in local.functions : name => "arn:${local.partition}:lambda:${local.place}:function:${var.prefix}-${name}" }

  environment = merge(
    {
      stackName        = var.prefix
      system_bucket    = var.system_bucket
      RulesTable       = var.dynamo_tables.rules.name
      CollectionsTable = var.dynamo_tables.collections.name
      ProvidersTable   = var.dynamo_tables.providers.name
      FallbackTopicArn = aws_sns_topic.fallback.arn
    },
    var.start_queue == null ? {} : { defaultSchedulerQueueUrl = var.start_queue.url },
  )
}

# Made here, since a function that makes its own log group keeps its logs forever.
resource "aws_cloudwatch_log_group" "functions" {
  for_each = local.functions

  name              = "/aws/lambda/${var.prefix}-${each.key}"
  retention_in_days = 30
  tags              = var.tags
}

# By CloudFormation, which knows Lambda whatever the provider's version: 3.39 does not have Node.js 20.
resource "aws_cloudformation_stack" "functions" {
  for_each = local.functions

  # CloudFormation takes fewer names than Lambda.
  name = replace("${var.prefix}-${each.key}", "_", "-")
  tags = var.tags

  template_body = jsonencode({
    AWSTemplateFormatVersion = "2010-09-09"
    Resources = {
      Function = {
        Type = "AWS::Lambda::Function"
        Properties = merge(
          {
            FunctionName = "${var.prefix}-${each.key}"
            Runtime      = var.runtime
            Handler      = "rule-functions.${each.value.handler}"
            Code = {
              S3Bucket = var.system_bucket
              S3Key    = "${var.prefix}/functions/${var.functions_version}/rule-functions.zip"
            }
            Role        = aws_iam_role.functions[each.key].arn
            MemorySize  = 512
            Timeout     = 100
            Environment = { Variables = local.environment }
          },
          each.value.failed ? { DeadLetterConfig = { TargetArn = aws_sqs_queue.failed.arn } } : {},
        )
      }
    }
  })

  # Lambda looks whether the role may send to the queue.
  depends_on = [aws_iam_role_policy.functions, aws_cloudwatch_log_group.functions]
}

# Invocations that failed three times.
resource "aws_sqs_queue" "failed" {
  name                      = "${var.prefix}-ruleFunctionsFailed"
  message_retention_seconds = 14 * 24 * 60 * 60
  tags                      = var.tags
}

# Records of streams that started nothing, which are tried once more.
resource "aws_sns_topic" "fallback" {
  name = "${var.prefix}-kinesisFallback"
  tags = var.tags
}
