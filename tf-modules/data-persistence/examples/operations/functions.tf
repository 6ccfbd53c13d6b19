locals {
  # arn:PARTITION:dynamodb:REGION:ACCOUNT:table/NAME
  arn_parts = split(":", var.dynamo_tables["granules"].arn)
  partition = local.arn_parts[1]
  place     = "${local.arn_parts[3]}:${local.arn_parts[4]}"

  functions = {
    runOperations = {
      queue_arn  = aws_sqs_queue.operations.arn
      statements = concat(local.run_statements, local.key_statements)
    }
    failOperations = {
      queue_arn  = aws_sqs_queue.failed.arn
      statements = local.key_statements
    }
  }

  # The Name of each table, by its key in the output: async_operations is AsyncOperationsTable.
  table_names = {
    for key, table in var.dynamo_tables :
    "${join("", [for word in split("_", key) : title(word)])}Table" => table.name
  }

  environment = merge(
    local.table_names,
    {
      stackName          = var.prefix
      system_bucket      = var.system_bucket
      RecordCountsTable  = "${var.prefix}-RecordCountsTable"
      operationsQueueUrl = aws_sqs_queue.operations.id
    },
    var.start_queue == null ? {} : { defaultSchedulerQueueUrl = var.start_queue.url },
    var.environment,
  )
}

# Made here, since a function that makes its own log group keeps its logs forever.
resource "aws_cloudwatch_log_group" "functions" {
  for_each = local.functions

  name              = "/aws/lambda/${var.prefix}-${each.key}"
  retention_in_days = 30
  tags              = var.tags
}

# By CloudFormation, which knows Lambda whatever the provider's version: 3.39 has neither Node.js 20 nor ReportBatchItemFailures.
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
        Properties = {
          FunctionName = "${var.prefix}-${each.key}"
          Runtime      = var.runtime
          Handler      = "private-api.${each.key}"
          Code = {
            S3Bucket = var.system_bucket
            S3Key    = "${var.prefix}/functions/${var.functions_version}/private-api.zip"
          }
          Role        = aws_iam_role.functions[each.key].arn
          MemorySize  = 512
          Timeout     = local.function_timeout
          Environment = { Variables = local.environment }
        }
      }
      Messages = {
        Type = "AWS::Lambda::EventSourceMapping"
        Properties = {
          FunctionName          = { Ref = "Function" }
          EventSourceArn        = each.value.queue_arn
          Enabled               = true
          BatchSize             = 1
          FunctionResponseTypes = ["ReportBatchItemFailures"]
          ScalingConfig         = { MaximumConcurrency = var.maximum_concurrency }
        }
      }
    }
  })

  # Lambda looks whether the role may take messages.
  depends_on = [aws_iam_role_policy.functions, aws_cloudwatch_log_group.functions]
}
