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

# Each run gives variables a wrong value, and each of them has to be refused: a run takes a second or two.

run "refused_1" {
  command = plan

  variables {
    prefix              = "my prod"       # with a space
    components          = ["api", "rule"] # one that there is not
    functions_zip       = "./nowhere.zip"
    system_bucket       = "s3://prod-internal" # as a URL
    granule_buckets     = ["Protected"]        # in upper case
    state_machines      = []
    runtime             = "nodejs20.x" # too old
    architecture        = "amd64"
    lambda_timeouts     = { privateApi = 60 } # no function of the module
    lambda_memory_sizes = { countRecords = 64 }
    tracing_mode        = "active"
    kms_key_arn         = "alias/mine"
    log_level           = "warning"
    log_retention_days  = 31
    api_gateway_stage   = "a/b"
    api_url             = "api.example.org"
    dashboard_origins   = ["https://dashboard.example.org/"]
    backups             = "prod-backups/tables"
    protection_policy   = "[]"
    message_objects     = ["s3://prod-internal/events/*"]
    metadata_objects    = ["prod-protected"] # without keys
    more_start_queues   = ["prod-background"]
    rule_queues         = ["https://sqs.us-east-1.amazonaws.com/123456789012/prod-queue"]
    rule_streams        = ["prod-stream"]
    rule_topics         = ["prod-topic"]
    rule_message_limit  = 0
  }

  expect_failures = [
    var.prefix, var.components, var.functions_zip, var.system_bucket, var.granule_buckets, var.state_machines, var.runtime, var.architecture,
    var.lambda_timeouts, var.lambda_memory_sizes, var.tracing_mode, var.kms_key_arn, var.log_level, var.log_retention_days, var.api_gateway_stage,
    var.api_url, var.dashboard_origins, var.backups, var.protection_policy, var.message_objects, var.metadata_objects, var.more_start_queues, var.rule_queues, var.rule_streams,
    var.rule_topics, var.rule_message_limit,
  ]
}

run "refused_2" {
  command = plan

  variables {
    prefix                          = "a-prefix-of-thirty-six-characters-xx"
    state_machines                  = ["prod-*"]
    start_queue                     = { url = "prod-startSF", arn = "arn:aws:sqs:us-east-1:123456789012:prod-startSF" }
    kms_keys                        = ["alias/tables"]
    provider_kms_key_arn            = "1234abcd-12ab-34cd-56ef-1234567890ab"
    cmr_password_secret_arn         = "prod-cmr-password" # the name, as in earlier releases
    launchpad_passphrase_secret_arn = "prod-passphrase"
    dynamo_tables                   = { granules = { name = "prod-GranulesTable", arn = "arn:aws:dynamodb:us-east-1:123456789012:table/prod-GranulesTable" } }
    lambda_timeouts                 = { countRecords = 901 }
    lambda_ephemeral_storage        = { runOperations = 511 }
    token_secret                    = "too short"
    oauth_provider                  = "github"
    saml_launchpad_metadata_path    = "https://idp.example.org/metadata"
    cmr_environment                 = "DEV"
    cmr_oauth_provider              = "github"
    api_reserved_concurrency        = 0
    recording_concurrency           = 1
    operations_concurrency          = 1001
    message_objects                 = []
  }

  expect_failures = [
    var.prefix, var.dynamo_tables, var.lambda_timeouts, var.lambda_ephemeral_storage, var.token_secret, var.oauth_provider, var.saml_launchpad_metadata_path,
    var.cmr_environment, var.cmr_oauth_provider, var.api_reserved_concurrency, var.recording_concurrency, var.operations_concurrency, var.message_objects,
    var.state_machines, var.start_queue, var.kms_keys, var.provider_kms_key_arn, var.cmr_password_secret_arn, var.launchpad_passphrase_secret_arn,
  ]
}

run "a_private_api_without_a_vpc" {
  command = plan

  variables {
    vpc_id = null
  }

  expect_failures = [aws_api_gateway_rest_api.api]
}

run "a_login_without_its_settings" {
  command = plan

  variables {
    urs_client_password = null
  }

  expect_failures = [aws_api_gateway_rest_api.api]
}

run "launchpad_without_its_settings" {
  command = plan

  variables {
    oauth_provider = "launchpad"
  }

  expect_failures = [aws_api_gateway_rest_api.api]
}

run "subnets_without_a_security_group" {
  command = plan

  variables {
    components        = ["counts"]
    lambda_subnet_ids = ["subnet-1"]
  }

  expect_failures = [aws_lambda_function.functions["countRecords"]]
}

run "counts_without_streams" {
  command = plan

  variables {
    components         = ["counts"]
    dynamo_stream_arns = {}
  }

  expect_failures = [aws_lambda_function.functions["countRecords"]]
}

run "accepted_at_the_limits" {
  command = plan

  variables {
    prefix             = "a-prefix-of-thirty-five-characters-"
    runtime            = "nodejs22.x"
    start_queue        = { url = "https://sqs.us-east-1.amazonaws.com/123456789012/q", arn = "arn:aws:sqs:us-east-1:123456789012:q" }
    more_start_queues  = ["arn:aws:sqs:*:*:prod-*"]
    kms_keys           = ["arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/mrk-1234abcd"]
    message_objects    = ["prod-*/events/*", "prod.internal/*"]
    rule_queues        = ["arn:aws:sqs:us-east-1:123456789012:*"]
    rule_streams       = ["arn:aws:kinesis:us-east-1:123456789012:stream/*"]
    rule_topics        = ["arn:aws:sns:us-east-1:123456789012:*"]
    rule_message_limit = 1
  }

  assert {
    condition     = length(aws_cloudwatch_event_rule.poll[0].name) == 64
    error_message = "The longest prefix does not make a name of 64 characters."
  }
}
