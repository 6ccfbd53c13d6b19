# What AWS would refuse, or what would not work, is refused before anything is planned.
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

# Each run gives variables a wrong value, and each of them has to be refused.

run "refused_1" {
  command = plan

  variables {
    prefix                  = "my prod" # with a space
    backups                 = "archive-backups/prod"
    backup_policy           = "arn:aws:iam::123456789012:policy/backup" # not its JSON
    status_policy           = "{}"
    rehearsal_policy        = "[]"
    protection_policy       = "policy.json"
    keep                    = { daily = 0 }
    backup_schedule         = "at(2030-01-01T00:00:00)" # once
    rehearsal_schedule      = "0 6 * * 0"
    rehearsal_source        = "export"
    status_interval_minutes = 5
    flexible_window_minutes = 2000
    max_backup_age_hours    = 0
    max_rehearsal_age_days  = -1
    image                   = "cumulus-api:latest"
    architecture            = "amd64"
    cpu                     = 500
    memory                  = 1000
    ephemeral_storage_gb    = 300
    cluster_arn             = "shared"
    subnet_ids              = []
    security_group_ids      = []
    kms_key_arn             = "alias/mine"
    backup_kms_keys         = ["alias/backups"]
    log_retention_days      = 31
  }

  expect_failures = [
    var.prefix,
    var.backups,
    var.backup_policy,
    var.status_policy,
    var.rehearsal_policy,
    var.protection_policy,
    var.keep,
    var.backup_schedule,
    var.rehearsal_schedule,
    var.rehearsal_source,
    var.status_interval_minutes,
    var.flexible_window_minutes,
    var.max_backup_age_hours,
    var.max_rehearsal_age_days,
    var.image,
    var.architecture,
    var.cpu,
    var.memory,
    var.ephemeral_storage_gb,
    var.cluster_arn,
    var.subnet_ids,
    var.security_group_ids,
    var.kms_key_arn,
    var.backup_kms_keys,
    var.log_retention_days,
  ]
}

run "refused_2" {
  command = plan

  variables {
    prefix  = "a-prefix-that-is-too-long-for-all-roles-x"
    backups = "s3://archive-backups" # the whole bucket
    keep    = {}
    image   = "registry.example.org:5000/cumulus-api" # with a port, without a tag
  }

  expect_failures = [
    var.prefix,
    var.backups,
    var.keep,
    var.image,
  ]
}

run "refused_3" {
  command = plan

  variables {
    backups = "s3://archive-backups/prod/"
  }

  expect_failures = [
    var.backups,
  ]
}

run "rehearsals_without_their_policy" {
  command = plan

  variables {
    rehearsal_schedule = "cron(0 6 ? * SUN *)"
    rehearsal_policy   = null
  }

  expect_failures = [
    aws_iam_role.jobs["rehearsal"],
  ]
}
