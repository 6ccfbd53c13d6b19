# What reaches every table, and what the module gives on. ARNs, and so the policies, are known only after an apply.
# Terraform 1.6 or newer: `terraform test`. Plans only, since prevent_destroy forbids what a test would clean up; and
# without AWS: no request is sent to it, no credentials are looked for, and the one request that provider 3.39 would
# send, to EC2, goes to a port where nobody listens.

provider "aws" {
  region                      = "us-east-1"
  access_key                  = "none"
  secret_key                  = "none"
  max_retries                 = 1
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true

  endpoints {
    dynamodb = "http://127.0.0.1:9"
    ec2      = "http://127.0.0.1:9"
  }
}

variables {
  prefix = "prod"
}

run "tags" {
  command = plan

  variables {
    tags = { Deployment = "prod", "cost:center/é" = "" }
  }

  assert {
    condition     = alltrue([for table in local.tables : table.tags == tomap({ Deployment = "prod", "cost:center/é" = "" })])
    error_message = "A table has not the tags that were given."
  }
}

run "no_tags_and_outputs" {
  command = plan

  assert {
    condition     = alltrue([for table in local.tables : try(length(table.tags), 0) == 0])
    error_message = "A table has tags, though none were given."
  }

  assert {
    condition = { for key, table in output.dynamo_tables : key => table.name } == {
      access_tokens    = "prod-AccessTokensTable"
      async_operations = "prod-AsyncOperationsTable"
      collections      = "prod-CollectionsTable"
      executions       = "prod-ExecutionsTable"
      files            = "prod-FilesTable"
      granules         = "prod-GranulesTable"
      pdrs             = "prod-PdrsTable"
      providers        = "prod-ProvidersTable"
      rules            = "prod-RulesTable"
      semaphores       = "prod-SemaphoresTable"
      users            = "prod-UsersTable"
    }
    error_message = "dynamo_tables has other keys or names than commands and Lambdas look for."
  }

  assert {
    condition     = alltrue([for table in output.dynamo_tables : keys(table) == ["arn", "name"]])
    error_message = "dynamo_tables has not just a name and an ARN for each table."
  }

  assert {
    condition = keys(output.dynamo_stream_arns) == [
      "async_operations", "collections", "executions", "files", "granules", "pdrs", "providers", "rules", "users"
    ]
    error_message = "dynamo_stream_arns does not have exactly the tables with a stream."
  }
}
