# A deployment whose keys are elsewhere names them instead; without kms_key_arn AWS's keys encrypt queues, topic and logs.

locals {
  account = split(":", var.record_counts_table.arn)[4]

  administration_statement = {
    Sid       = "AccountDecidesByItsPolicies"
    Effect    = "Allow"
    Principal = { AWS = "arn:aws:iam::${local.account}:root" }
    Action    = "kms:*"
    Resource  = "*"
  }
}

resource "aws_kms_key" "providers" {
  description         = "Credentials of providers of ${var.prefix}"
  enable_key_rotation = true
  policy              = jsonencode({ Version = "2012-10-17", Statement = [local.administration_statement] })
  tags                = var.tags

  # What is encrypted with it is lost without it.
  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_kms_key" "functions" {
  description         = "Queues, logs and variables of the functions of ${var.prefix}"
  enable_key_rotation = true
  tags                = var.tags

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      local.administration_statement,
      # Without a condition, as the guide of SQS has it: where one does not hold, events are lost, those for the dead-letter queue too.
      {
        Sid       = "EventsToQueues"
        Effect    = "Allow"
        Principal = { Service = "events.amazonaws.com" }
        Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource  = "*"
      },
      {
        Sid       = "Logs"
        Effect    = "Allow"
        Principal = { Service = "logs.${var.region}.amazonaws.com" }
        Action    = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
        Resource  = "*"
        Condition = { ArnLike = { "kms:EncryptionContext:aws:logs:arn" = "arn:aws:logs:${var.region}:${local.account}:log-group:*" } }
      },
    ]
  })
}
