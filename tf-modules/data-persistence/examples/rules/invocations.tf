# Schedules of rules, which the API makes.
resource "aws_lambda_permission" "schedules" {
  statement_id  = "schedules"
  action        = "lambda:InvokeFunction"
  function_name = "${var.prefix}-ScheduleSF"
  principal     = "events.amazonaws.com"
  source_arn    = "arn:${local.partition}:events:${local.place}:rule/${var.prefix}-custom-*"

  depends_on = [aws_cloudformation_stack.functions]
}

resource "aws_lambda_permission" "fallback" {
  statement_id  = "fallback"
  action        = "lambda:InvokeFunction"
  function_name = "${var.prefix}-messageConsumer"
  principal     = "sns.amazonaws.com"
  source_arn    = aws_sns_topic.fallback.arn

  depends_on = [aws_cloudformation_stack.functions]
}

resource "aws_sns_topic_subscription" "fallback" {
  topic_arn = aws_sns_topic.fallback.arn
  protocol  = "lambda"
  endpoint  = local.function_arns["messageConsumer"]

  depends_on = [aws_lambda_permission.fallback]
}

resource "aws_cloudwatch_event_rule" "poll" {
  name                = "${var.prefix}_sqs_message_consumer_watcher"
  description         = "Reads the queues of rules of ${var.prefix}"
  schedule_expression = "rate(1 minute)"
  tags                = var.tags
}

resource "aws_cloudwatch_event_target" "poll" {
  rule  = aws_cloudwatch_event_rule.poll.name
  arn   = local.function_arns["sqsMessageConsumer"]
  input = jsonencode({ messageLimit = var.message_limit, timeLimit = 60 })

  depends_on = [aws_lambda_permission.poll]
}

resource "aws_lambda_permission" "poll" {
  statement_id  = "poll"
  action        = "lambda:InvokeFunction"
  function_name = "${var.prefix}-sqsMessageConsumer"
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.poll.arn

  depends_on = [aws_cloudformation_stack.functions]
}

resource "aws_cloudwatch_event_rule" "ended" {
  name        = "${var.prefix}-sqsMessageRemover"
  description = "Ends of the workflows of ${var.prefix}, for the messages that started them"
  tags        = var.tags

  event_pattern = jsonencode({
    source        = ["aws.states"]
    "detail-type" = ["Step Functions Execution Status Change"]
    detail = {
      stateMachineArn = [{ prefix = "arn:${local.partition}:states:${local.place}:stateMachine:${var.prefix}-" }]
      status          = ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]
    }
  })
}

resource "aws_cloudwatch_event_target" "ended" {
  rule = aws_cloudwatch_event_rule.ended.name
  arn  = local.function_arns["sqsMessageRemover"]

  depends_on = [aws_lambda_permission.ended]
}

resource "aws_lambda_permission" "ended" {
  statement_id  = "ended"
  action        = "lambda:InvokeFunction"
  function_name = "${var.prefix}-sqsMessageRemover"
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.ended.arn

  depends_on = [aws_cloudformation_stack.functions]
}
