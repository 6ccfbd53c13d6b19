# Encryption, roles, and who reaches the API.
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

run "keys_of_aws" {
  command = plan

  assert {
    condition     = alltrue([for queue in concat(values(aws_sqs_queue.queues), values(aws_sqs_queue.dead_letters)) : queue.sqs_managed_sse_enabled])
    error_message = "A queue is not encrypted."
  }

  assert {
    condition     = aws_sns_topic.fallback[0].kms_master_key_id == "alias/aws/sns"
    error_message = "The topic is not encrypted."
  }

  assert {
    condition     = alltrue(flatten([for statements in local.statements : [for statement in statements : [for action in statement.Action : !strcontains(action, "*")]]]))
    error_message = "A role permits actions that are not named."
  }
}

run "a_key_of_ones_own" {
  command = plan

  variables {
    kms_key_arn              = "arn:aws:kms:us-east-1:123456789012:key/1"
    permissions_boundary_arn = "arn:aws:iam::123456789012:policy/boundary"
    tags                     = { Deployment = "prod" }
    alarm_actions            = ["arn:aws:sns:us-east-1:123456789012:operators"]
  }

  assert {
    condition     = alltrue([for queue in concat(values(aws_sqs_queue.queues), values(aws_sqs_queue.dead_letters)) : queue.kms_master_key_id == var.kms_key_arn])
    error_message = "A queue is encrypted with another key."
  }

  assert {
    condition     = aws_sns_topic.fallback[0].kms_master_key_id == var.kms_key_arn
    error_message = "The topic is encrypted with another key."
  }

  assert {
    condition     = alltrue(concat([for group in aws_cloudwatch_log_group.functions : group.kms_key_id == var.kms_key_arn], [for function in aws_lambda_function.functions : function.kms_key_arn == var.kms_key_arn]))
    error_message = "Logs or variables are encrypted with another key."
  }

  assert {
    condition     = alltrue([for statements in local.statements : contains([for statement in statements : statement.Resource[0] if statement.Sid == "UseKeys"], var.kms_key_arn)])
    error_message = "A role does not permit the key."
  }

  assert {
    condition     = alltrue([for role in aws_iam_role.functions : role.permissions_boundary == var.permissions_boundary_arn && role.tags["Deployment"] == "prod"])
    error_message = "A role has no boundary or no tags."
  }

  assert {
    condition     = alltrue([for alarm in concat(values(aws_cloudwatch_metric_alarm.dead_letters), aws_cloudwatch_metric_alarm.kept, aws_cloudwatch_metric_alarm.late, aws_cloudwatch_metric_alarm.counts_late) : alarm.alarm_actions == toset(var.alarm_actions)])
    error_message = "Nobody is notified of an alarm."
  }
}

run "a_private_api" {
  command = plan

  assert {
    condition     = aws_api_gateway_rest_api.api[0].endpoint_configuration[0].types == tolist(["PRIVATE"]) && length(aws_api_gateway_rest_api_policy.vpc) == 1
    error_message = "The API is not private unless it is to be."
  }
}

run "an_api_for_the_internet" {
  command = plan

  variables {
    private_archive_api_gateway = false
    vpc_id                      = null
    api_url                     = "https://api.example.org/"
    dashboard_origins           = ["https://dashboard.example.org", "http://localhost:3000"]
    environment                 = { LOG_LEVEL = "debug" }
  }

  assert {
    condition     = aws_api_gateway_rest_api.api[0].endpoint_configuration[0].types == tolist(["REGIONAL"]) && length(aws_api_gateway_rest_api_policy.vpc) == 0
    error_message = "The API is not reached."
  }

  assert {
    condition     = output.api_uri == "https://api.example.org/" && output.api_redirect_uri == "https://api.example.org/token"
    error_message = "The API is not at the address that was given."
  }

  assert {
    condition     = local.login_environment.TOKEN_REDIRECT_ENDPOINT == "https://api.example.org/token" && local.login_environment.DASHBOARD_ORIGINS == "https://dashboard.example.org,http://localhost:3000"
    error_message = "The login does not return to it."
  }

  assert {
    condition     = local.api_environment.LOG_LEVEL == "debug"
    error_message = "A variable that was given is not the API's."
  }
}

run "launchpad_and_cmr" {
  command = plan

  variables {
    oauth_provider              = "launchpad"
    urs_client_id               = null
    urs_client_password         = null
    api_url                     = "https://api.example.org"
    saml_entity_id              = "https://cumulus.example.org/sp"
    saml_idp_login              = "https://idp.example.org/sso"
    saml_launchpad_metadata_url = "https://idp.example.org/metadata"
    oauth_user_group            = "operators"
    cmr_environment             = "UAT"
    cmr_provider                = "EXAMPLE"
    cmr_client_id               = "cumulus"
    cmr_username                = "operator"
    cmr_password_secret_arn     = "arn:aws:secretsmanager:us-east-1:123456789012:secret:cmr-AbCdEf"
  }

  assert {
    condition     = local.login_environment.ASSERT_ENDPOINT == "https://api.example.org/saml/auth" && !contains(keys(local.login_environment), "EARTHDATA_CLIENT_ID")
    error_message = "The login is not at Launchpad."
  }

  assert {
    condition     = local.api_environment.cmr_password_secret_name == var.cmr_password_secret_arn && local.api_environment.CMR_ENVIRONMENT == "UAT"
    error_message = "The API does not find its password at CMR."
  }

  assert {
    condition     = alltrue([for name in ["ApiEndpoints", "PrivateApiLambda", "runOperations"] : [for statement in local.statements[name] : statement.Resource[0] if statement.Sid == "ReadSecretsOfCmr"][0] == var.cmr_password_secret_arn])
    error_message = "A role does not permit the secret."
  }
}
