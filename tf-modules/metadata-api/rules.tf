# The functions behind rules: by schedules, streams, topics and queues (docs/how-to/rules.md). Schedules, event source mappings and
# subscriptions are not made here: the API makes them with the rules.

locals {
  rules_environment = merge(
    local.common_environment,
    {
      CollectionsTable = var.dynamo_tables["collections"].name
      ProvidersTable   = var.dynamo_tables["providers"].name
      RulesTable       = var.dynamo_tables["rules"].name
    },
    local.start_queue_environment,
  )

  rules_functions = {
    ScheduleSF = {
      description     = "Starts the workflows of scheduled rules of ${var.prefix}"
      handler         = "rule-functions.startScheduled"
      environment     = local.rules_environment
      is_asynchronous = true
      statements      = concat(local.rule_start_statements, local.failed_invocations_statements)
    }
    messageConsumer = {
      description     = "Starts the workflows of rules of ${var.prefix}, by records of streams and messages of topics"
      handler         = "rule-functions.startOfRecords"
      environment     = merge(local.rules_environment, { FallbackTopicArn = one(aws_sns_topic.fallback[*].arn) })
      is_asynchronous = true
      statements      = concat(local.rule_start_statements, local.read_rules_statements, local.stream_statements, local.fallback_statements, local.failed_invocations_statements)
    }
    KinesisInboundEventLogger = {
      description     = "Logs the records of the streams of rules of ${var.prefix}"
      handler         = "rule-functions.logRecords"
      environment     = local.rules_environment
      is_asynchronous = false
      statements      = local.stream_statements
    }
    sqsMessageConsumer = {
      description     = "Starts the workflows of rules of ${var.prefix}, by messages of queues"
      handler         = "rule-functions.pollQueues"
      environment     = local.rules_environment
      is_asynchronous = false
      statements      = concat(local.rule_start_statements, local.read_rules_statements, local.poll_statements)
    }
    sqsMessageRemover = {
      description     = "Deletes messages that started workflows of ${var.prefix}, once these have ended"
      handler         = "rule-functions.finishQueueMessage"
      environment     = local.rules_environment
      is_asynchronous = true
      statements      = concat(local.finish_statements, local.failed_invocations_statements)
    }
  }

  rule_start_statements = concat(
    [
      {
        Sid      = "ReadCollectionsAndProviders"
        Effect   = "Allow"
        Action   = ["dynamodb:BatchGetItem"]
        Resource = [local.tables["collections"], local.tables["providers"]]
      },
      local.read_workflows_statement,
      local.list_system_bucket_statement,
      {
        Sid      = "PutLargeMessages"
        Effect   = "Allow"
        Action   = ["s3:PutObject"]
        Resource = ["${local.bucket_arn}/events/*"]
      },
    ],
    local.start_workflows_statements,
  )

  read_rules_statements = [
    {
      Sid      = "ReadRules"
      Effect   = "Allow"
      Action   = ["dynamodb:Scan"]
      Resource = [local.tables["rules"]]
    },
  ]

  stream_statements = [
    {
      Sid      = "ReadStreams"
      Effect   = "Allow"
      Action   = ["kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards"]
      Resource = var.rule_streams
    },
    {
      Sid      = "ListStreams"
      Effect   = "Allow"
      Action   = ["kinesis:ListStreams"]
      Resource = length(var.rule_streams) == 0 ? [] : ["*"]
    },
  ]

  fallback_statements = [
    {
      Sid      = "SendToFallbackTopic"
      Effect   = "Allow"
      Action   = ["sns:Publish"]
      Resource = aws_sns_topic.fallback[*].arn
    },
  ]

  failed_invocations_statements = [
    {
      Sid      = "KeepFailedInvocations"
      Effect   = "Allow"
      Action   = ["sqs:SendMessage"]
      Resource = [for name, queue in aws_sqs_queue.dead_letters : queue.arn if name == "ruleFunctionsFailed"]
    },
  ]

  poll_statements = [
    {
      Sid      = "ReadQueuesOfRules"
      Effect   = "Allow"
      Action   = ["sqs:ChangeMessageVisibility", "sqs:GetQueueUrl", "sqs:ReceiveMessage"]
      Resource = var.rule_queues
    },
  ]

  finish_statements = [
    {
      Sid      = "AskForExecutions"
      Effect   = "Allow"
      Action   = ["states:DescribeExecution"]
      Resource = local.execution_arns
    },
    {
      Sid      = "ReadLargeMessages"
      Effect   = "Allow"
      Action   = ["s3:GetObject"]
      Resource = ["${local.bucket_arn}/events/*"]
    },
    {
      Sid      = "FinishMessagesOfQueues"
      Effect   = "Allow"
      Action   = ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage"]
      Resource = var.rule_queues
    },
  ]
}

# Schedules of rules, which the API makes.
resource "aws_lambda_permission" "schedules" {
  count = local.has.rules ? 1 : 0

  statement_id  = "schedules"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.functions["ScheduleSF"].function_name
  principal     = "events.amazonaws.com"
  source_arn    = "arn:${local.partition}:events:${local.place}:rule/${var.prefix}-custom-*"
}

# Records of streams that started nothing, which are tried once more.
resource "aws_sns_topic" "fallback" {
  count = local.has.rules ? 1 : 0

  name              = "${var.prefix}-kinesisFallback"
  kms_master_key_id = coalesce(var.kms_key_arn, "alias/aws/sns")
  tags              = var.tags
}

resource "aws_lambda_permission" "fallback" {
  count = local.has.rules ? 1 : 0

  statement_id  = "fallback"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.functions["messageConsumer"].function_name
  principal     = "sns.amazonaws.com"
  source_arn    = aws_sns_topic.fallback[0].arn
}

resource "aws_sns_topic_subscription" "fallback" {
  count = local.has.rules ? 1 : 0

  topic_arn = aws_sns_topic.fallback[0].arn
  protocol  = "lambda"
  endpoint  = aws_lambda_function.functions["messageConsumer"].arn

  depends_on = [aws_lambda_permission.fallback]
}

resource "aws_cloudwatch_event_rule" "poll" {
  count = local.has.rules ? 1 : 0

  name                = "${var.prefix}_sqs_message_consumer_watcher"
  description         = "Reads the queues of rules of ${var.prefix}"
  schedule_expression = "rate(1 minute)"
  tags                = var.tags
}

resource "aws_cloudwatch_event_target" "poll" {
  count = local.has.rules ? 1 : 0

  rule  = aws_cloudwatch_event_rule.poll[0].name
  arn   = aws_lambda_function.functions["sqsMessageConsumer"].arn
  input = jsonencode({ messageLimit = var.rule_message_limit, timeLimit = 60 })

  depends_on = [aws_lambda_permission.poll]
}

resource "aws_lambda_permission" "poll" {
  count = local.has.rules ? 1 : 0

  statement_id  = "poll"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.functions["sqsMessageConsumer"].function_name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.poll[0].arn
}

resource "aws_cloudwatch_event_rule" "ended" {
  count = local.has.rules ? 1 : 0

  name        = "${var.prefix}-sqsMessageRemover"
  description = "Ends of the workflows of ${var.prefix}, for the messages that started them"
  tags        = var.tags

  event_pattern = jsonencode({
    source        = ["aws.states"]
    "detail-type" = ["Step Functions Execution Status Change"]
    detail = {
      stateMachineArn = local.workflow_patterns
      status          = ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]
    }
  })
}

resource "aws_cloudwatch_event_target" "ended" {
  count = local.has.rules ? 1 : 0

  rule = aws_cloudwatch_event_rule.ended[0].name
  arn  = aws_lambda_function.functions["sqsMessageRemover"].arn

  dead_letter_config {
    arn = aws_sqs_queue.dead_letters["ruleFunctionsFailed"].arn
  }

  depends_on = [aws_lambda_permission.ended]
}

resource "aws_lambda_permission" "ended" {
  count = local.has.rules ? 1 : 0

  statement_id  = "ended"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.functions["sqsMessageRemover"].function_name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.ended[0].arn
}
