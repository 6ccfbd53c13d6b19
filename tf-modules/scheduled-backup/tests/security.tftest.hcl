# Roles and encryption.
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
  prefix             = "prod"
  backups            = "s3://archive-backups/prod"
  image              = "123456789012.dkr.ecr.us-west-2.amazonaws.com/tools/cumulus-api:2.0.0"
  cluster_arn        = "arn:aws:ecs:us-east-1:123456789012:cluster/shared"
  subnet_ids         = ["subnet-1", "subnet-2"]
  security_group_ids = ["sg-1"]
  backup_policy      = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"Read\",\"Effect\":\"Allow\",\"Action\":[\"dynamodb:Scan\"],\"Resource\":[\"arn:aws:dynamodb:us-east-1:123456789012:table/prod-GranulesTable\"]},{\"Sid\":\"UseBuckets\",\"Effect\":\"Allow\",\"Action\":[\"s3:PutObject\"],\"Resource\":[\"arn:aws:s3:::archive-backups/*\"]}]}"
  status_policy      = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"Describe\",\"Effect\":\"Allow\",\"Action\":[\"dynamodb:DescribeTable\"],\"Resource\":[\"arn:aws:dynamodb:us-east-1:123456789012:table/prod-GranulesTable\"]}]}"
  rehearsal_policy   = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"Make\",\"Effect\":\"Allow\",\"Action\":[\"dynamodb:CreateTable\"],\"Resource\":[\"arn:aws:dynamodb:us-east-1:123456789012:table/rehearsal-*\"]}]}"
}

run "narrow_roles" {
  command = plan

  variables {
    rehearsal_schedule = "cron(0 6 ? * SUN *)"
    backup_kms_keys    = ["arn:aws:kms:us-east-1:123456789012:key/2"]
    protection_policy  = "s3://policies/prod.json"
  }

  assert {
    condition     = alltrue(flatten([for statements in local.statements : [for statement in statements : [for action in statement.Action : !strcontains(action, "*")]]]))
    error_message = "A role permits actions that are not named."
  }

  assert {
    condition     = toset(flatten([for statements in local.statements : [for statement in statements : statement.Resource if length([for action in statement.Action : action if can(regex("^s3:.*Object|^s3:AbortM", action))]) > 0]])) == toset(concat(["arn:aws:s3:::archive-backups/prod/*", "arn:aws:s3:::policies/prod.json"], [for name in ["proofs.json", "proofs.json.lock", "rehearsal.json"] : "arn:aws:s3:::archive-backups/prod/*.${name}"]))
    error_message = "A role permits other objects than those of the folder."
  }

  assert {
    condition     = [for job, statements in local.statements : job if length([for statement in statements : statement if statement.Sid == "ReadProtectionPolicy" && statement.Resource[0] == "arn:aws:s3:::policies/prod.json"]) > 0] == ["status"]
    error_message = "Another job than status reads its policy, or status cannot."
  }

  assert {
    condition     = [for statement in local.statements["status"] : statement.Action if statement.Sid == "UseBackupFolder"] == [["s3:GetObject"]]
    error_message = "The role of status changes backups."
  }

  assert {
    condition     = [for statement in local.statements["status"] : statement.Action if statement.Sid == "UseKeysOfBackupFolder"] == [["kms:Decrypt"]]
    error_message = "The role of status, which writes nothing, makes keys to write with."
  }

  assert {
    condition     = alltrue([for statements in local.statements : contains(flatten([for statement in statements : statement.Resource]), "arn:aws:kms:us-east-1:123456789012:key/2")])
    error_message = "A role lacks the key of the backups."
  }

  assert {
    condition     = [for statement in local.execution_statements : statement.Resource[0] if statement.Sid == "FetchImage"] == ["arn:aws:ecr:us-west-2:123456789012:repository/tools/cumulus-api"]
    error_message = "Another image can be fetched, or this one cannot."
  }

  assert {
    condition     = alltrue([for queue in aws_sqs_queue.failures : queue.sqs_managed_sse_enabled && queue.message_retention_seconds == 1209600])
    error_message = "A queue is not encrypted, or forgets what failed."
  }
}

run "an_image_that_is_not_in_ecr" {
  command = plan

  variables {
    image = "registry.example.org:5000/cumulus-api@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
  }

  assert {
    condition     = [for statement in local.execution_statements : statement.Sid] == ["Log"]
    error_message = "The execution role permits a registry that is not used."
  }
}

run "a_key_of_ones_own" {
  command = plan

  variables {
    kms_key_arn              = "arn:aws:kms:us-east-1:123456789012:key/1"
    permissions_boundary_arn = "arn:aws:iam::123456789012:policy/boundary"
    tags                     = { Deployment = "prod" }
  }

  assert {
    condition     = alltrue([for queue in aws_sqs_queue.failures : queue.kms_master_key_id == var.kms_key_arn]) && aws_cloudwatch_log_group.tasks.kms_key_id == var.kms_key_arn && alltrue([for schedule in aws_scheduler_schedule.jobs : schedule.kms_key_arn == var.kms_key_arn])
    error_message = "A queue, the logs or a schedule is encrypted with another key."
  }

  assert {
    condition     = alltrue([for role in concat(values(aws_iam_role.jobs), [aws_iam_role.execution, aws_iam_role.scheduler]) : role.permissions_boundary == var.permissions_boundary_arn && role.tags["Deployment"] == "prod"])
    error_message = "A role has no boundary or no tags."
  }
}
