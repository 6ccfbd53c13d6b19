# Point-in-time recovery is on exactly the tables of the list.
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

run "default_list" {
  command = plan

  assert {
    condition = [for key, table in local.tables : key if one(table.point_in_time_recovery).enabled] == [
      "collections", "executions", "files", "granules", "pdrs", "providers", "rules", "users"
    ]
    error_message = "Other tables are protected by default than the documentation says."
  }
}

# In four lists a table is named or not as its number's binary digits say, and no two tables have the same digits: a table that reads the name
# of another is noticed.
run "digit_1" {
  command = plan

  variables {
    enable_point_in_time_tables = [
      "AccessTokensTable", "CollectionsTable", "FilesTable", "PdrsTable", "RulesTable", "UsersTable",
    ]
  }

  assert {
    condition = [for key, table in local.tables : key if one(table.point_in_time_recovery).enabled] == [
      "access_tokens", "collections", "files", "pdrs", "rules", "users"
    ]
    error_message = "Other tables are protected than the list says."
  }
}

run "digit_2" {
  command = plan

  variables {
    enable_point_in_time_tables = [
      "AsyncOperationsTable", "CollectionsTable", "GranulesTable", "PdrsTable", "SemaphoresTable", "UsersTable",
    ]
  }

  assert {
    condition = [for key, table in local.tables : key if one(table.point_in_time_recovery).enabled] == [
      "async_operations", "collections", "granules", "pdrs", "semaphores", "users"
    ]
    error_message = "Other tables are protected than the list says."
  }
}

run "digit_4" {
  command = plan

  variables {
    enable_point_in_time_tables = [
      "ExecutionsTable", "FilesTable", "GranulesTable", "PdrsTable",
    ]
  }

  assert {
    condition = [for key, table in local.tables : key if one(table.point_in_time_recovery).enabled] == [
      "executions", "files", "granules", "pdrs"
    ]
    error_message = "Other tables are protected than the list says."
  }
}

run "digit_8" {
  command = plan

  variables {
    enable_point_in_time_tables = [
      "ProvidersTable", "RulesTable", "SemaphoresTable", "UsersTable",
    ]
  }

  assert {
    condition = [for key, table in local.tables : key if one(table.point_in_time_recovery).enabled] == [
      "providers", "rules", "semaphores", "users"
    ]
    error_message = "Other tables are protected than the list says."
  }
}

run "empty_list" {
  command = plan

  variables {
    enable_point_in_time_tables = []
  }

  assert {
    condition     = length(local.tables) == 11 && !anytrue([for table in local.tables : one(table.point_in_time_recovery).enabled])
    error_message = "A table is protected, though the list is empty."
  }
}

run "null_is_the_default" {
  command = plan

  variables {
    enable_point_in_time_tables = null
  }

  assert {
    condition     = length([for table in local.tables : table if one(table.point_in_time_recovery).enabled]) == 8
    error_message = "null does not leave the default list."
  }
}
