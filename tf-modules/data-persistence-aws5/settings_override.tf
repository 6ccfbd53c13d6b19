# What provider 3.39 does not know inside of blocks. Terraform merges it into the tables of dynamo.tf, which is the file of ../data-persistence: a block
# here takes the place of all blocks of its type there.

resource "aws_dynamodb_table" "access_tokens_table" {
  dynamic "on_demand_throughput" {
    for_each = try([var.on_demand_limits["AccessTokensTable"]], [])

    content {
      max_read_request_units  = on_demand_throughput.value.read
      max_write_request_units = on_demand_throughput.value.write
    }
  }

  point_in_time_recovery {
    enabled                 = contains(var.enable_point_in_time_tables, "AccessTokensTable")
    recovery_period_in_days = contains(var.enable_point_in_time_tables, "AccessTokensTable") ? var.recovery_period_in_days : null
  }
}

resource "aws_dynamodb_table" "async_operations_table" {
  dynamic "on_demand_throughput" {
    for_each = try([var.on_demand_limits["AsyncOperationsTable"]], [])

    content {
      max_read_request_units  = on_demand_throughput.value.read
      max_write_request_units = on_demand_throughput.value.write
    }
  }

  point_in_time_recovery {
    enabled                 = contains(var.enable_point_in_time_tables, "AsyncOperationsTable")
    recovery_period_in_days = contains(var.enable_point_in_time_tables, "AsyncOperationsTable") ? var.recovery_period_in_days : null
  }
}

resource "aws_dynamodb_table" "collections_table" {
  dynamic "on_demand_throughput" {
    for_each = try([var.on_demand_limits["CollectionsTable"]], [])

    content {
      max_read_request_units  = on_demand_throughput.value.read
      max_write_request_units = on_demand_throughput.value.write
    }
  }

  point_in_time_recovery {
    enabled                 = contains(var.enable_point_in_time_tables, "CollectionsTable")
    recovery_period_in_days = contains(var.enable_point_in_time_tables, "CollectionsTable") ? var.recovery_period_in_days : null
  }
}

resource "aws_dynamodb_table" "executions_table" {
  dynamic "global_secondary_index" {
    for_each = local.indexes["ExecutionsTable"]

    content {
      name               = global_secondary_index.key
      hash_key           = global_secondary_index.value.keys[0]
      range_key          = global_secondary_index.value.keys[1]
      projection_type    = global_secondary_index.value.projection
      non_key_attributes = global_secondary_index.value.holds

      dynamic "on_demand_throughput" {
        for_each = try([var.on_demand_limits["ExecutionsTable/${global_secondary_index.key}"]], [])

        content {
          max_read_request_units  = on_demand_throughput.value.read
          max_write_request_units = on_demand_throughput.value.write
        }
      }
    }
  }

  dynamic "on_demand_throughput" {
    for_each = try([var.on_demand_limits["ExecutionsTable"]], [])

    content {
      max_read_request_units  = on_demand_throughput.value.read
      max_write_request_units = on_demand_throughput.value.write
    }
  }

  point_in_time_recovery {
    enabled                 = contains(var.enable_point_in_time_tables, "ExecutionsTable")
    recovery_period_in_days = contains(var.enable_point_in_time_tables, "ExecutionsTable") ? var.recovery_period_in_days : null
  }
}

resource "aws_dynamodb_table" "files_table" {
  dynamic "on_demand_throughput" {
    for_each = try([var.on_demand_limits["FilesTable"]], [])

    content {
      max_read_request_units  = on_demand_throughput.value.read
      max_write_request_units = on_demand_throughput.value.write
    }
  }

  point_in_time_recovery {
    enabled                 = contains(var.enable_point_in_time_tables, "FilesTable")
    recovery_period_in_days = contains(var.enable_point_in_time_tables, "FilesTable") ? var.recovery_period_in_days : null
  }
}

resource "aws_dynamodb_table" "granules_table" {
  dynamic "global_secondary_index" {
    for_each = local.indexes["GranulesTable"]

    content {
      name               = global_secondary_index.key
      hash_key           = global_secondary_index.value.keys[0]
      range_key          = global_secondary_index.value.keys[1]
      projection_type    = global_secondary_index.value.projection
      non_key_attributes = global_secondary_index.value.holds

      dynamic "on_demand_throughput" {
        for_each = try([var.on_demand_limits["GranulesTable/${global_secondary_index.key}"]], [])

        content {
          max_read_request_units  = on_demand_throughput.value.read
          max_write_request_units = on_demand_throughput.value.write
        }
      }
    }
  }

  dynamic "on_demand_throughput" {
    for_each = try([var.on_demand_limits["GranulesTable"]], [])

    content {
      max_read_request_units  = on_demand_throughput.value.read
      max_write_request_units = on_demand_throughput.value.write
    }
  }

  point_in_time_recovery {
    enabled                 = contains(var.enable_point_in_time_tables, "GranulesTable")
    recovery_period_in_days = contains(var.enable_point_in_time_tables, "GranulesTable") ? var.recovery_period_in_days : null
  }
}

resource "aws_dynamodb_table" "pdrs_table" {
  dynamic "global_secondary_index" {
    for_each = local.indexes["PdrsTable"]

    content {
      name               = global_secondary_index.key
      hash_key           = global_secondary_index.value.keys[0]
      range_key          = global_secondary_index.value.keys[1]
      projection_type    = global_secondary_index.value.projection
      non_key_attributes = global_secondary_index.value.holds

      dynamic "on_demand_throughput" {
        for_each = try([var.on_demand_limits["PdrsTable/${global_secondary_index.key}"]], [])

        content {
          max_read_request_units  = on_demand_throughput.value.read
          max_write_request_units = on_demand_throughput.value.write
        }
      }
    }
  }

  dynamic "on_demand_throughput" {
    for_each = try([var.on_demand_limits["PdrsTable"]], [])

    content {
      max_read_request_units  = on_demand_throughput.value.read
      max_write_request_units = on_demand_throughput.value.write
    }
  }

  point_in_time_recovery {
    enabled                 = contains(var.enable_point_in_time_tables, "PdrsTable")
    recovery_period_in_days = contains(var.enable_point_in_time_tables, "PdrsTable") ? var.recovery_period_in_days : null
  }
}

resource "aws_dynamodb_table" "providers_table" {
  dynamic "on_demand_throughput" {
    for_each = try([var.on_demand_limits["ProvidersTable"]], [])

    content {
      max_read_request_units  = on_demand_throughput.value.read
      max_write_request_units = on_demand_throughput.value.write
    }
  }

  point_in_time_recovery {
    enabled                 = contains(var.enable_point_in_time_tables, "ProvidersTable")
    recovery_period_in_days = contains(var.enable_point_in_time_tables, "ProvidersTable") ? var.recovery_period_in_days : null
  }
}

resource "aws_dynamodb_table" "rules_table" {
  dynamic "on_demand_throughput" {
    for_each = try([var.on_demand_limits["RulesTable"]], [])

    content {
      max_read_request_units  = on_demand_throughput.value.read
      max_write_request_units = on_demand_throughput.value.write
    }
  }

  point_in_time_recovery {
    enabled                 = contains(var.enable_point_in_time_tables, "RulesTable")
    recovery_period_in_days = contains(var.enable_point_in_time_tables, "RulesTable") ? var.recovery_period_in_days : null
  }
}

resource "aws_dynamodb_table" "semaphores_table" {
  dynamic "on_demand_throughput" {
    for_each = try([var.on_demand_limits["SemaphoresTable"]], [])

    content {
      max_read_request_units  = on_demand_throughput.value.read
      max_write_request_units = on_demand_throughput.value.write
    }
  }

  point_in_time_recovery {
    enabled                 = contains(var.enable_point_in_time_tables, "SemaphoresTable")
    recovery_period_in_days = contains(var.enable_point_in_time_tables, "SemaphoresTable") ? var.recovery_period_in_days : null
  }
}

resource "aws_dynamodb_table" "users_table" {
  dynamic "on_demand_throughput" {
    for_each = try([var.on_demand_limits["UsersTable"]], [])

    content {
      max_read_request_units  = on_demand_throughput.value.read
      max_write_request_units = on_demand_throughput.value.write
    }
  }

  point_in_time_recovery {
    enabled                 = contains(var.enable_point_in_time_tables, "UsersTable")
    recovery_period_in_days = contains(var.enable_point_in_time_tables, "UsersTable") ? var.recovery_period_in_days : null
  }
}

resource "aws_dynamodb_table" "record_counts_table" {
  dynamic "on_demand_throughput" {
    for_each = try([var.on_demand_limits["RecordCountsTable"]], [])

    content {
      max_read_request_units  = on_demand_throughput.value.read
      max_write_request_units = on_demand_throughput.value.write
    }
  }
}
