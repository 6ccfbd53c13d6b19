# What this module has beyond ../data-persistence, whose own tests are about all the rest.
# Terraform 1.6 or newer: `terraform test`. Plans only, and without AWS.

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
  }
}

variables {
  prefix = "prod"
}

run "given" {
  command = plan

  variables {
    deletion_protection     = true
    recovery_period_in_days = 7
    table_classes           = { FilesTable = "STANDARD_INFREQUENT_ACCESS" }

    on_demand_limits = {
      GranulesTable                               = { read = 2000, write = 1000 }
      "GranulesTable/status-timestamp-index"      = { read = 500 }
      "PdrsTable/status-pdrName-index"            = { write = 50 }
      "ExecutionsTable/parentArn-timestamp-index" = { read = 5 }
      RecordCountsTable                           = { read = 10 }
      UsersTable                                  = { read = -1, write = -1 }
    }
  }

  assert {
    condition     = alltrue([for table in values(local.tables) : table.deletion_protection_enabled]) && aws_dynamodb_table.record_counts_table.deletion_protection_enabled
    error_message = "A table may be deleted."
  }

  assert {
    condition = { for key, table in local.tables : key => one(table.point_in_time_recovery).recovery_period_in_days if one(table.point_in_time_recovery).enabled } == {
      collections = 7, executions = 7, files = 7, granules = 7, pdrs = 7, providers = 7, rules = 7, users = 7
    }
    error_message = "A table with recovery has another period."
  }

  assert {
    condition     = { for key, table in local.tables : key => table.table_class if table.table_class != null } == { files = "STANDARD_INFREQUENT_ACCESS" }
    error_message = "Another table than the one named has a class, or it has another one."
  }

  assert {
    condition     = [one(aws_dynamodb_table.granules_table.on_demand_throughput).max_read_request_units, one(aws_dynamodb_table.granules_table.on_demand_throughput).max_write_request_units, one(aws_dynamodb_table.record_counts_table.on_demand_throughput).max_read_request_units, one(aws_dynamodb_table.users_table.on_demand_throughput).max_write_request_units] == [2000, 1000, 10, -1]
    error_message = "A table has not the limits that were given."
  }

  assert {
    condition = merge([
      for name, table in { ExecutionsTable = aws_dynamodb_table.executions_table, GranulesTable = aws_dynamodb_table.granules_table, PdrsTable = aws_dynamodb_table.pdrs_table } : {
        for index in table.global_secondary_index :
        "${name}/${index.name}" => one(index.on_demand_throughput)[index.name == "status-pdrName-index" ? "max_write_request_units" : "max_read_request_units"]
        if length(index.on_demand_throughput) > 0
      }
      ]...) == {
      "GranulesTable/status-timestamp-index"      = 500
      "PdrsTable/status-pdrName-index"            = 50
      "ExecutionsTable/parentArn-timestamp-index" = 5
    }
    error_message = "Other indexes have limits, or other limits."
  }
}

run "refused" {
  command = plan

  variables {
    recovery_period_in_days = 36
    table_classes           = { Files = "STANDARD" }
    on_demand_limits        = { GranulesTable = {} }
  }

  expect_failures = [var.recovery_period_in_days, var.table_classes, var.on_demand_limits]
}

# Such a limit would be on nothing.
run "refused_index" {
  command = plan

  variables {
    on_demand_limits = { "PdrsTable/status-granuleId-index" = { read = 1 } }
  }

  expect_failures = [var.on_demand_limits]
}
