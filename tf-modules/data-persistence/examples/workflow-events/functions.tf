locals {
  functions = {
    recordExecutionEvents = {
      file       = "record-execution-events"
      queue_arn  = aws_sqs_queue.events.arn
      batch_size = 10
      statements = []
    }
    recordFailedEvents = {
      file      = "record-failed-events"
      queue_arn = aws_sqs_queue.failed.arn
      # An event that ends the function, by the memory that it needs for instance, takes no others along.
      batch_size = 1
      statements = [local.keep_failed_events_statement]
    }
  }

  environment = {
    stackName       = var.prefix
    system_bucket   = var.system_bucket
    ExecutionsTable = var.dynamo_tables.executions.name
    FilesTable      = var.dynamo_tables.files.name
    GranulesTable   = var.dynamo_tables.granules.name
    PdrsTable       = var.dynamo_tables.pdrs.name
  }
}

# Made here, since a function that makes its own log group keeps its logs forever.
resource "aws_cloudwatch_log_group" "functions" {
  for_each = local.functions

  name              = "/aws/lambda/${var.prefix}-${each.key}"
  retention_in_days = 30
  tags              = var.tags
}

# By CloudFormation, which knows Lambda whatever the provider's version: 3.39 has neither Node.js 20 nor
# ReportBatchItemFailures, without which Lambda takes a batch to be recorded of which messages failed, and deletes these.
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
          Handler      = "${each.value.file}.handler"
          Code = {
            S3Bucket = var.system_bucket
            S3Key    = "${var.prefix}/functions/${var.functions_version}/${each.value.file}.zip"
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
          FunctionName                   = { Ref = "Function" }
          EventSourceArn                 = each.value.queue_arn
          Enabled                        = var.recording
          BatchSize                      = each.value.batch_size
          MaximumBatchingWindowInSeconds = 1
          FunctionResponseTypes          = ["ReportBatchItemFailures"]
          ScalingConfig                  = { MaximumConcurrency = var.maximum_concurrency }
        }
      }
    }
  })

  # Lambda looks whether the role may take messages.
  depends_on = [aws_iam_role_policy.functions, aws_cloudwatch_log_group.functions]
}
