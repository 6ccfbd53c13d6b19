# What is made of which component, and how functions run.
# Terraform 1.6 or newer: `terraform test`. Plans only, and without AWS: no request is sent to it, and no credentials are looked for.

provider "aws" {
  region                      = "us-east-1"
  access_key                  = "none"
  secret_key                  = "none"
  max_retries                 = 1
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
}

variables {
  prefix = "prod"
  # Any file: what is in it matters to Lambda only.
  functions_zip       = "./versions.tf"
  system_bucket       = "prod-internal"
  granule_buckets     = ["prod-protected"]
  token_secret        = "a secret of the tests that is as long as has to be"
  urs_client_id       = "id"
  urs_client_password = "known to nobody else"
  vpc_id              = "vpc-0123"
  record_counts_table = { name = "prod-RecordCountsTable", arn = "arn:aws:dynamodb:us-east-1:123456789012:table/prod-RecordCountsTable" }

  dynamo_tables = {
    access_tokens    = { name = "prod-AccessTokensTable", arn = "arn:aws:dynamodb:us-east-1:123456789012:table/prod-AccessTokensTable" }
    async_operations = { name = "prod-AsyncOperationsTable", arn = "arn:aws:dynamodb:us-east-1:123456789012:table/prod-AsyncOperationsTable" }
    collections      = { name = "prod-CollectionsTable", arn = "arn:aws:dynamodb:us-east-1:123456789012:table/prod-CollectionsTable" }
    executions       = { name = "prod-ExecutionsTable", arn = "arn:aws:dynamodb:us-east-1:123456789012:table/prod-ExecutionsTable" }
    files            = { name = "prod-FilesTable", arn = "arn:aws:dynamodb:us-east-1:123456789012:table/prod-FilesTable" }
    granules         = { name = "prod-GranulesTable", arn = "arn:aws:dynamodb:us-east-1:123456789012:table/prod-GranulesTable" }
    pdrs             = { name = "prod-PdrsTable", arn = "arn:aws:dynamodb:us-east-1:123456789012:table/prod-PdrsTable" }
    providers        = { name = "prod-ProvidersTable", arn = "arn:aws:dynamodb:us-east-1:123456789012:table/prod-ProvidersTable" }
    rules            = { name = "prod-RulesTable", arn = "arn:aws:dynamodb:us-east-1:123456789012:table/prod-RulesTable" }
    semaphores       = { name = "prod-SemaphoresTable", arn = "arn:aws:dynamodb:us-east-1:123456789012:table/prod-SemaphoresTable" }
    users            = { name = "prod-UsersTable", arn = "arn:aws:dynamodb:us-east-1:123456789012:table/prod-UsersTable" }
  }

  dynamo_stream_arns = {
    executions = "arn:aws:dynamodb:us-east-1:123456789012:table/prod-ExecutionsTable/stream/2030-01-01T00:00:00.000"
    granules   = "arn:aws:dynamodb:us-east-1:123456789012:table/prod-GranulesTable/stream/2030-01-01T00:00:00.000"
    pdrs       = "arn:aws:dynamodb:us-east-1:123456789012:table/prod-PdrsTable/stream/2030-01-01T00:00:00.000"
  }
}

run "all_components" {
  command = plan

  assert {
    condition = { for name, function in aws_lambda_function.functions : function.function_name => function.handler } == {
      prod-ApiEndpoints              = "api.handler"
      prod-KinesisInboundEventLogger = "rule-functions.logRecords"
      prod-PrivateApiLambda          = "private-api.handler"
      prod-ScheduleSF                = "rule-functions.startScheduled"
      prod-countRecords              = "count-records.handler"
      prod-failOperations            = "private-api.failOperations"
      prod-messageConsumer           = "rule-functions.startOfRecords"
      prod-recordExecutionEvents     = "record-execution-events.handler"
      prod-recordFailedEvents        = "record-failed-events.handler"
      prod-runOperations             = "private-api.runOperations"
      prod-sqsMessageConsumer        = "rule-functions.pollQueues"
      prod-sqsMessageRemover         = "rule-functions.finishQueueMessage"
    }
    error_message = "The functions are not those of the package, by the names that clients and earlier releases know."
  }

  assert {
    condition     = alltrue([for function in aws_lambda_function.functions : function.runtime == "nodejs22.x"])
    error_message = "A function runs on another Node.js."
  }

  assert {
    condition     = keys(aws_iam_role.functions) == keys(aws_lambda_function.functions)
    error_message = "A function has no role of its own."
  }

  assert {
    condition     = { for name, group in aws_cloudwatch_log_group.functions : group.name => group.retention_in_days } == { for name, function in aws_lambda_function.functions : "/aws/lambda/prod-${name}" => 30 }
    error_message = "A function's logs are not kept for 30 days."
  }

  assert {
    condition = alltrue([
      for name, mapping in aws_lambda_event_source_mapping.queues : mapping.function_response_types == toset(["ReportBatchItemFailures"]) &&
      merge(aws_sqs_queue.queues, aws_sqs_queue.dead_letters)[name].visibility_timeout_seconds == 6 * aws_lambda_function.functions[local.readers[name]].timeout
    ])
    error_message = "A queue's messages would be lost, or taken twice."
  }

  assert {
    condition = alltrue([
      for mapping in aws_lambda_event_source_mapping.streams : mapping.tumbling_window_in_seconds > 0 && mapping.starting_position == "TRIM_HORIZON" &&
      mapping.maximum_retry_attempts == -1 && mapping.maximum_record_age_in_seconds == -1 && mapping.parallelization_factor == 1
    ]) && length(aws_lambda_event_source_mapping.streams) == 3
    error_message = "Changes would be left out of the counts."
  }

  assert {
    condition     = { for name, alarm in aws_cloudwatch_metric_alarm.dead_letters : name => alarm.alarm_name } == { for name, queue in aws_sqs_queue.dead_letters : name => queue.name }
    error_message = "A dead-letter queue has no alarm."
  }
}

run "recording_only" {
  command = plan

  variables {
    components          = ["recording"]
    token_secret        = null
    urs_client_id       = null
    urs_client_password = null
    vpc_id              = null
    recording           = false
    lambda_timeouts     = { recordExecutionEvents = 300 }
  }

  assert {
    condition     = keys(aws_lambda_function.functions) == ["recordExecutionEvents", "recordFailedEvents"]
    error_message = "Other functions are made as well."
  }

  assert {
    condition     = length(aws_api_gateway_rest_api.api) + length(aws_sns_topic.fallback) + length(aws_lambda_event_source_mapping.streams) == 0
    error_message = "What belongs to other components is made."
  }

  assert {
    condition     = alltrue([for mapping in aws_lambda_event_source_mapping.queues : !mapping.enabled])
    error_message = "Events are recorded all the same."
  }

  assert {
    condition     = aws_sqs_queue.queues["executionEvents"].visibility_timeout_seconds == 1800
    error_message = "The queue does not wait six times as long as the function may take."
  }

  assert {
    condition     = output.api_uri == null && keys(output.queues) == ["executionEvents", "executionEventsFailed"]
    error_message = "The outputs name what is not made."
  }
}

run "counts_only" {
  command = plan

  variables {
    components          = ["counts"]
    token_secret        = null
    urs_client_id       = null
    urs_client_password = null
    vpc_id              = null
  }

  assert {
    condition     = keys(aws_lambda_function.functions) == ["countRecords"] && length(aws_sqs_queue.queues) + length(aws_sqs_queue.dead_letters) == 0
    error_message = "More is made than the function that counts."
  }

  assert {
    condition = aws_lambda_function.functions["countRecords"].environment[0].variables == tomap({
      ExecutionsTable   = "prod-ExecutionsTable"
      GranulesTable     = "prod-GranulesTable"
      LOG_LEVEL         = "info"
      PdrsTable         = "prod-PdrsTable"
      RecordCountsTable = "prod-RecordCountsTable"
      stackName         = "prod"
      system_bucket     = "prod-internal"
    })
    error_message = "The function does not find its tables."
  }
}

run "sizes_and_network" {
  command = plan

  variables {
    runtime                   = "nodejs22.x"
    architecture              = "x86_64"
    lambda_memory_sizes       = { PrivateApiLambda = 2048 }
    lambda_ephemeral_storage  = { runOperations = 4096 }
    lambda_subnet_ids         = ["subnet-1", "subnet-2"]
    lambda_security_group_ids = ["sg-1"]
    api_reserved_concurrency  = 8
    tracing_mode              = "Active"
  }

  assert {
    condition     = alltrue([for function in aws_lambda_function.functions : function.vpc_config[0].subnet_ids == toset(["subnet-1", "subnet-2"]) && function.vpc_config[0].security_group_ids == toset(["sg-1"])])
    error_message = "A function is not in the VPC."
  }

  assert {
    condition     = alltrue([for name, statements in local.statements : length([for statement in statements : statement if contains(["Trace", "UseNetwork"], statement.Sid)]) == 2])
    error_message = "A role does not permit the network or tracing."
  }

  assert {
    condition     = alltrue([for function in aws_lambda_function.functions : function.tracing_config[0].mode == "Active"]) && aws_api_gateway_stage.api[0].xray_tracing_enabled
    error_message = "Something is not traced."
  }

  assert {
    condition     = { for name, function in aws_lambda_function.functions : name => function.reserved_concurrent_executions if function.reserved_concurrent_executions != -1 } == { ApiEndpoints = 8 }
    error_message = "Another function than the API's is limited."
  }

  assert {
    condition     = aws_lambda_function.functions["PrivateApiLambda"].memory_size == 2048 && aws_lambda_function.functions["runOperations"].ephemeral_storage[0].size == 4096
    error_message = "Sizes that were given are not those of the functions."
  }
}
