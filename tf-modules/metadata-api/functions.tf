# All functions of the module: one list, so that none lacks a log group, a role of its own, encryption or what else all of them have.
# What each of them is, and may do, is in the file of its component.

locals {
  # arn:PARTITION:dynamodb:REGION:ACCOUNT:table/NAME
  arn_parts = split(":", var.dynamo_tables["granules"].arn)
  partition = local.arn_parts[1]
  region    = local.arn_parts[3]
  place     = "${local.region}:${local.arn_parts[4]}"

  has = { for component in ["api", "counts", "operations", "private_api", "recording", "rules"] : component => contains(var.components, component) }

  # By the names that earlier releases gave them. Timeouts in seconds, memory in MB.
  all_functions = {
    ApiEndpoints              = { component = "api", timeout = 100, memory = 1024 }
    PrivateApiLambda          = { component = "private_api", timeout = 100, memory = 1024 }
    recordExecutionEvents     = { component = "recording", timeout = 120, memory = 512 }
    recordFailedEvents        = { component = "recording", timeout = 120, memory = 512 }
    countRecords              = { component = "counts", timeout = 120, memory = 256 }
    ScheduleSF                = { component = "rules", timeout = 100, memory = 512 }
    messageConsumer           = { component = "rules", timeout = 100, memory = 512 }
    KinesisInboundEventLogger = { component = "rules", timeout = 100, memory = 512 }
    sqsMessageConsumer        = { component = "rules", timeout = 100, memory = 512 }
    sqsMessageRemover         = { component = "rules", timeout = 100, memory = 512 }
    runOperations             = { component = "operations", timeout = 900, memory = 512 }
    failOperations            = { component = "operations", timeout = 900, memory = 512 }
  }

  timeouts = { for name, function in local.all_functions : name => lookup(var.lambda_timeouts, name, function.timeout) }

  # Not by the resource, of which one function names others.
  function_arns = { for name, _ in local.all_functions : name => "arn:${local.partition}:lambda:${local.place}:function:${var.prefix}-${name}" }

  # What each of them is and may do: in the file of its component.
  described_functions = merge(
    local.api_functions,
    local.recording_functions,
    local.counts_functions,
    local.rules_functions,
    local.operations_functions,
  )

  functions = {
    for name, function in local.all_functions :
    name => merge(function, local.described_functions[name]) if local.has[function.component]
  }

  # The variable by which a function finds a table, by the table's key in dynamo_tables: async_operations is AsyncOperationsTable.
  table_variables = { for key, _ in var.dynamo_tables : key => "${join("", [for word in split("_", key) : title(word)])}Table" }

  all_tables_environment = merge(
    { for key, table in var.dynamo_tables : local.table_variables[key] => table.name },
    { RecordCountsTable = var.record_counts_table.name },
  )

  common_environment = {
    stackName     = var.prefix
    system_bucket = var.system_bucket
    LOG_LEVEL     = var.log_level
  }
}

# Once for all functions, which are then made side by side: of local files the provider makes one after the other. Its key has the
# digest, so that Lambda takes other code.
resource "aws_s3_object" "functions" {
  bucket = var.system_bucket
  key    = "${var.prefix}/functions/${filesha256(var.functions_zip)}.zip"
  source = var.functions_zip

  # Of an object S3 takes ten tags only.
  override_provider {
    default_tags {
      tags = {}
    }
  }

  lifecycle {
    create_before_destroy = true
  }
}

# Made here, since a function that makes its own log group keeps its logs forever.
resource "aws_cloudwatch_log_group" "functions" {
  #checkov:skip=CKV_AWS_338:How long logs are kept is the deployment's choice (log_retention_days): they cost by the month.
  #checkov:skip=CKV_AWS_158:Encrypted with the deployment's key where it has one (kms_key_arn), else with that of CloudWatch Logs.
  for_each = local.functions

  name              = "/aws/lambda/${var.prefix}-${each.key}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
  tags              = var.tags
}

resource "aws_lambda_function" "functions" {
  #checkov:skip=CKV_AWS_115:Reserved concurrency takes from what the account has, and with queues uses up the tries of messages that nothing is wrong with. The mappings of queues limit it, and api_reserved_concurrency.
  #checkov:skip=CKV_AWS_116:Functions that are invoked asynchronously have a dead-letter queue. Those behind a queue, a stream or the API get no message for it: their queues have one.
  #checkov:skip=CKV_AWS_117:In a VPC where the deployment says so (lambda_subnet_ids); everything that they ask is a service of AWS, Earthdata Login or CMR.
  #checkov:skip=CKV_AWS_173:Encrypted with the deployment's key where it has one (kms_key_arn), else with that of Lambda.
  #checkov:skip=CKV_AWS_272:The package is not signed; its digest decides what is deployed.
  for_each = local.functions

  function_name    = "${var.prefix}-${each.key}"
  description      = each.value.description
  s3_bucket        = aws_s3_object.functions.bucket
  s3_key           = aws_s3_object.functions.key
  source_code_hash = filebase64sha256(var.functions_zip)
  handler          = each.value.handler
  runtime          = var.runtime
  architectures    = [var.architecture]
  role             = aws_iam_role.functions[each.key].arn
  timeout          = local.timeouts[each.key]
  memory_size      = lookup(var.lambda_memory_sizes, each.key, each.value.memory)
  kms_key_arn      = var.kms_key_arn
  tags             = var.tags

  reserved_concurrent_executions = each.key == "ApiEndpoints" ? var.api_reserved_concurrency : -1

  ephemeral_storage {
    size = lookup(var.lambda_ephemeral_storage, each.key, 512)
  }

  environment {
    variables = each.value.environment
  }

  tracing_config {
    mode = var.tracing_mode
  }

  dynamic "dead_letter_config" {
    for_each = each.value.is_asynchronous ? [1] : []

    content {
      target_arn = aws_sqs_queue.dead_letters["ruleFunctionsFailed"].arn
    }
  }

  dynamic "vpc_config" {
    for_each = length(var.lambda_subnet_ids) == 0 ? [] : [1]

    content {
      subnet_ids         = var.lambda_subnet_ids
      security_group_ids = var.lambda_security_group_ids
    }
  }

  lifecycle {
    precondition {
      condition     = length(var.lambda_subnet_ids) == 0 || length(var.lambda_security_group_ids) > 0
      error_message = "Functions in a VPC need a security group: with lambda_subnet_ids, give lambda_security_group_ids."
    }

    precondition {
      condition     = each.key != "countRecords" || length(setsubtract(local.counted, keys(var.dynamo_stream_arns))) == 0
      error_message = "The streams of executions, granules and PDRs invoke the function that counts: give dynamo_stream_arns, or leave \"counts\" out of components."
    }
  }

  # Lambda looks whether the role may send to the dead-letter queue, and use the VPC.
  depends_on = [aws_iam_role_policy.functions, aws_cloudwatch_log_group.functions]
}
