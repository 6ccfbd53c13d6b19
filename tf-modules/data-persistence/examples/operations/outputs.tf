output "api_environment" {
  description = "The variables that the API needs to start operations."
  value       = { operationsQueueUrl = aws_sqs_queue.operations.id }

  # Nothing must be started that nobody runs yet.
  depends_on = [aws_cloudformation_stack.functions]
}

output "api_statements" {
  description = "What the API's role needs besides, as statements of a policy."
  value = [
    {
      Sid      = "StartOperations"
      Effect   = "Allow"
      Action   = ["sqs:SendMessage"]
      Resource = [aws_sqs_queue.operations.arn]
    },
    {
      Sid      = "RecordOperations"
      Effect   = "Allow"
      Action   = ["dynamodb:PutItem"]
      Resource = [local.tables["async_operations"]]
    },
    {
      Sid      = "KeepWhatOperationsAreGiven"
      Effect   = "Allow"
      Action   = ["s3:PutObject"]
      Resource = ["${local.bucket_arn}/${var.prefix}/async-operations/*"]
    },
    {
      Sid      = "NoteReports"
      Effect   = "Allow"
      Action   = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
      Resource = ["${local.bucket_arn}/${var.prefix}/reconciliation-reports/*"]
    },
  ]
}

output "failed_queue_url" {
  description = "The dead-letter queue of operations."
  value       = aws_sqs_queue.failed.id
}
