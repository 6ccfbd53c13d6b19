# The tables of a Cumulus deployment. What they are is said once more, for the command and the library, in
# packages/dynamodb/src/tables/definitions.ts; a test holds the two against each other.
#
# Terraform refuses to destroy or replace a table for as long as it is declared here (prevent_destroy). That a table's
# name differs from what is said here changes nothing: a table that was recovered under a new name, and imported, stays
# (ignore_changes).

locals {
  # By the keys under which the outputs have them.
  tables = {
    access_tokens    = aws_dynamodb_table.access_tokens_table
    async_operations = aws_dynamodb_table.async_operations_table
    collections      = aws_dynamodb_table.collections_table
    executions       = aws_dynamodb_table.executions_table
    files            = aws_dynamodb_table.files_table
    granules         = aws_dynamodb_table.granules_table
    pdrs             = aws_dynamodb_table.pdrs_table
    providers        = aws_dynamodb_table.providers_table
    rules            = aws_dynamodb_table.rules_table
    semaphores       = aws_dynamodb_table.semaphores_table
    users            = aws_dynamodb_table.users_table
  }

  # By the tables' Names.
  tags = {
    for name in [
      "AccessTokensTable", "AsyncOperationsTable", "CollectionsTable", "ExecutionsTable", "FilesTable", "GranulesTable",
      "PdrsTable", "ProvidersTable", "RecordCountsTable", "RulesTable", "SemaphoresTable", "UsersTable",
    ] : name => merge(var.tags, lookup(var.table_tags, name, {}))
  }

  # One block where tables have a key of their own, else none: DynamoDB then encrypts by a key of AWS.
  encryption = var.kms_key_arn[*]

  # The indexes by which lists are read. A deployment can leave each of them out (omitted_indexes).
  all_list_indexes = {
    ExecutionsTable = {
      status-timestamp-index           = { keys = ["status", "timestamp"], holds = [] }
      collectionId-timestamp-index     = { keys = ["collectionId", "timestamp"], holds = ["status"] }
      type-timestamp-index             = { keys = ["type", "timestamp"], holds = ["collectionId", "status"] }
      asyncOperationId-timestamp-index = { keys = ["asyncOperationId", "timestamp"], holds = ["status"] }
      parentArn-timestamp-index        = { keys = ["parentArn", "timestamp"], holds = ["status"] }
      status-createdAt-index           = { keys = ["status", "createdAt"], holds = ["collectionId", "timestamp", "type"] }
      status-duration-index            = { keys = ["status", "duration"], holds = ["collectionId", "timestamp", "type"] }
      status-name-index                = { keys = ["status", "name"], holds = ["collectionId", "timestamp", "type"] }
    }
    GranulesTable = {
      status-timestamp-index       = { keys = ["status", "timestamp"], holds = [] }
      collectionId-timestamp-index = { keys = ["collectionId", "timestamp"], holds = ["provider", "status"] }
      provider-timestamp-index     = { keys = ["provider", "timestamp"], holds = ["status"] }
      pdrName-timestamp-index      = { keys = ["pdrName", "timestamp"], holds = ["collectionId", "status"] }
      execution-timestamp-index    = { keys = ["execution", "timestamp"], holds = ["collectionId", "status"] }
      status-duration-index        = { keys = ["status", "duration"], holds = ["collectionId", "provider", "timestamp"] }
      status-granuleId-index       = { keys = ["status", "granuleId"], holds = ["collectionId", "provider", "timestamp"] }
    }
    PdrsTable = {
      status-timestamp-index       = { keys = ["status", "timestamp"], holds = [] }
      collectionId-timestamp-index = { keys = ["collectionId", "timestamp"], holds = ["provider", "status"] }
      provider-timestamp-index     = { keys = ["provider", "timestamp"], holds = ["status"] }
      status-duration-index        = { keys = ["status", "duration"], holds = ["collectionId", "provider", "timestamp"] }
      status-pdrName-index         = { keys = ["status", "pdrName"], holds = ["collectionId", "provider", "timestamp"] }
    }
  }

  list_indexes = {
    for table, indexes in local.all_list_indexes :
    table => { for name, index in indexes : name => index if !contains(var.omitted_indexes, "${table}/${name}") }
  }

  # As the tables declare them. That of the granules' collections, of earlier releases, is no index of lists.
  indexes = {
    for table, indexes in local.list_indexes : table => merge(
      table == "GranulesTable" ? { collectionId-granuleId-index = { keys = ["collectionId", "granuleId"], projection = "ALL", holds = null } } : {},
      {
        for name, index in indexes : name => {
          keys       = index.keys
          projection = length(index.holds) == 0 ? "KEYS_ONLY" : "INCLUDE"
          holds      = length(index.holds) == 0 ? null : index.holds
        }
      },
    )
  }

  # The attributes of these indexes' keys, without those that the table declares itself: DynamoDB takes no others.
  own_attributes = {
    ExecutionsTable = ["arn"]
    GranulesTable   = ["granuleId", "collectionId"]
    PdrsTable       = ["pdrName"]
  }
  list_index_attributes = {
    for table, indexes in local.list_indexes :
    table => setsubtract(flatten([for index in indexes : index.keys]), local.own_attributes[table])
  }
  number_attributes = ["createdAt", "duration", "timestamp"]
}

resource "aws_dynamodb_table" "access_tokens_table" {
  name         = "${var.prefix}-AccessTokensTable"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "accessToken"
  tags         = local.tags["AccessTokensTable"]

  attribute {
    name = "accessToken"
    type = "S"
  }

  ttl {
    attribute_name = "expirationTime"
    enabled        = true
  }

  dynamic "server_side_encryption" {
    for_each = local.encryption

    content {
      enabled     = true
      kms_key_arn = server_side_encryption.value
    }
  }

  point_in_time_recovery {
    enabled = contains(var.enable_point_in_time_tables, "AccessTokensTable")
  }

  lifecycle {
    prevent_destroy = true
    ignore_changes  = [name]
  }
}

resource "aws_dynamodb_table" "async_operations_table" {
  name             = "${var.prefix}-AsyncOperationsTable"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"
  tags             = local.tags["AsyncOperationsTable"]

  attribute {
    name = "id"
    type = "S"
  }

  dynamic "server_side_encryption" {
    for_each = local.encryption

    content {
      enabled     = true
      kms_key_arn = server_side_encryption.value
    }
  }

  point_in_time_recovery {
    enabled = contains(var.enable_point_in_time_tables, "AsyncOperationsTable")
  }

  lifecycle {
    prevent_destroy = true
    ignore_changes  = [name]
  }
}

resource "aws_dynamodb_table" "collections_table" {
  name             = "${var.prefix}-CollectionsTable"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "name"
  range_key        = "version"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"
  tags             = local.tags["CollectionsTable"]

  attribute {
    name = "name"
    type = "S"
  }

  attribute {
    name = "version"
    type = "S"
  }

  dynamic "server_side_encryption" {
    for_each = local.encryption

    content {
      enabled     = true
      kms_key_arn = server_side_encryption.value
    }
  }

  point_in_time_recovery {
    enabled = contains(var.enable_point_in_time_tables, "CollectionsTable")
  }

  lifecycle {
    prevent_destroy = true
    ignore_changes  = [name]
  }
}

resource "aws_dynamodb_table" "executions_table" {
  name             = "${var.prefix}-ExecutionsTable"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "arn"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"
  tags             = local.tags["ExecutionsTable"]

  attribute {
    name = "arn"
    type = "S"
  }

  dynamic "attribute" {
    for_each = local.list_index_attributes["ExecutionsTable"]

    content {
      name = attribute.value
      type = contains(local.number_attributes, attribute.value) ? "N" : "S"
    }
  }

  dynamic "global_secondary_index" {
    for_each = local.indexes["ExecutionsTable"]

    content {
      name               = global_secondary_index.key
      hash_key           = global_secondary_index.value.keys[0]
      range_key          = global_secondary_index.value.keys[1]
      projection_type    = global_secondary_index.value.projection
      non_key_attributes = global_secondary_index.value.holds
    }
  }

  dynamic "server_side_encryption" {
    for_each = local.encryption

    content {
      enabled     = true
      kms_key_arn = server_side_encryption.value
    }
  }

  point_in_time_recovery {
    enabled = contains(var.enable_point_in_time_tables, "ExecutionsTable")
  }

  lifecycle {
    prevent_destroy = true
    ignore_changes  = [name]
  }
}

resource "aws_dynamodb_table" "files_table" {
  name             = "${var.prefix}-FilesTable"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "bucket"
  range_key        = "key"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"
  tags             = local.tags["FilesTable"]

  attribute {
    name = "bucket"
    type = "S"
  }

  attribute {
    name = "key"
    type = "S"
  }

  dynamic "server_side_encryption" {
    for_each = local.encryption

    content {
      enabled     = true
      kms_key_arn = server_side_encryption.value
    }
  }

  point_in_time_recovery {
    enabled = contains(var.enable_point_in_time_tables, "FilesTable")
  }

  lifecycle {
    prevent_destroy = true
    ignore_changes  = [name]
  }
}

resource "aws_dynamodb_table" "granules_table" {
  name             = "${var.prefix}-GranulesTable"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "granuleId"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"
  tags             = local.tags["GranulesTable"]

  attribute {
    name = "granuleId"
    type = "S"
  }

  attribute {
    name = "collectionId"
    type = "S"
  }

  dynamic "attribute" {
    for_each = local.list_index_attributes["GranulesTable"]

    content {
      name = attribute.value
      type = contains(local.number_attributes, attribute.value) ? "N" : "S"
    }
  }

  dynamic "global_secondary_index" {
    for_each = local.indexes["GranulesTable"]

    content {
      name               = global_secondary_index.key
      hash_key           = global_secondary_index.value.keys[0]
      range_key          = global_secondary_index.value.keys[1]
      projection_type    = global_secondary_index.value.projection
      non_key_attributes = global_secondary_index.value.holds
    }
  }

  dynamic "server_side_encryption" {
    for_each = local.encryption

    content {
      enabled     = true
      kms_key_arn = server_side_encryption.value
    }
  }

  point_in_time_recovery {
    enabled = contains(var.enable_point_in_time_tables, "GranulesTable")
  }

  lifecycle {
    prevent_destroy = true
    ignore_changes  = [name]
  }
}

resource "aws_dynamodb_table" "pdrs_table" {
  name             = "${var.prefix}-PdrsTable"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "pdrName"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"
  tags             = local.tags["PdrsTable"]

  attribute {
    name = "pdrName"
    type = "S"
  }

  dynamic "attribute" {
    for_each = local.list_index_attributes["PdrsTable"]

    content {
      name = attribute.value
      type = contains(local.number_attributes, attribute.value) ? "N" : "S"
    }
  }

  dynamic "global_secondary_index" {
    for_each = local.indexes["PdrsTable"]

    content {
      name               = global_secondary_index.key
      hash_key           = global_secondary_index.value.keys[0]
      range_key          = global_secondary_index.value.keys[1]
      projection_type    = global_secondary_index.value.projection
      non_key_attributes = global_secondary_index.value.holds
    }
  }

  dynamic "server_side_encryption" {
    for_each = local.encryption

    content {
      enabled     = true
      kms_key_arn = server_side_encryption.value
    }
  }

  point_in_time_recovery {
    enabled = contains(var.enable_point_in_time_tables, "PdrsTable")
  }

  lifecycle {
    prevent_destroy = true
    ignore_changes  = [name]
  }
}

resource "aws_dynamodb_table" "providers_table" {
  name             = "${var.prefix}-ProvidersTable"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"
  tags             = local.tags["ProvidersTable"]

  attribute {
    name = "id"
    type = "S"
  }

  dynamic "server_side_encryption" {
    for_each = local.encryption

    content {
      enabled     = true
      kms_key_arn = server_side_encryption.value
    }
  }

  point_in_time_recovery {
    enabled = contains(var.enable_point_in_time_tables, "ProvidersTable")
  }

  lifecycle {
    prevent_destroy = true
    ignore_changes  = [name]
  }
}

resource "aws_dynamodb_table" "rules_table" {
  name             = "${var.prefix}-RulesTable"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "name"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"
  tags             = local.tags["RulesTable"]

  attribute {
    name = "name"
    type = "S"
  }

  dynamic "server_side_encryption" {
    for_each = local.encryption

    content {
      enabled     = true
      kms_key_arn = server_side_encryption.value
    }
  }

  point_in_time_recovery {
    enabled = contains(var.enable_point_in_time_tables, "RulesTable")
  }

  lifecycle {
    prevent_destroy = true
    ignore_changes  = [name]
  }
}

resource "aws_dynamodb_table" "semaphores_table" {
  name         = "${var.prefix}-SemaphoresTable"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "key"
  tags         = local.tags["SemaphoresTable"]

  attribute {
    name = "key"
    type = "S"
  }

  dynamic "server_side_encryption" {
    for_each = local.encryption

    content {
      enabled     = true
      kms_key_arn = server_side_encryption.value
    }
  }

  point_in_time_recovery {
    enabled = contains(var.enable_point_in_time_tables, "SemaphoresTable")
  }

  lifecycle {
    prevent_destroy = true
    ignore_changes  = [name]
  }
}

resource "aws_dynamodb_table" "users_table" {
  name             = "${var.prefix}-UsersTable"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "userName"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"
  tags             = local.tags["UsersTable"]

  attribute {
    name = "userName"
    type = "S"
  }

  dynamic "server_side_encryption" {
    for_each = local.encryption

    content {
      enabled     = true
      kms_key_arn = server_side_encryption.value
    }
  }

  point_in_time_recovery {
    enabled = contains(var.enable_point_in_time_tables, "UsersTable")
  }

  lifecycle {
    prevent_destroy = true
    ignore_changes  = [name]
  }
}

# Counts of granules, executions and PDRs by status and collection. They are counted from the tables above, so they need
# no recovery; and they are no part of dynamo_tables, which is what gets backed up.
resource "aws_dynamodb_table" "record_counts_table" {
  name         = "${var.prefix}-RecordCountsTable"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "recordType"
  range_key    = "group"
  tags         = local.tags["RecordCountsTable"]

  attribute {
    name = "recordType"
    type = "S"
  }

  attribute {
    name = "group"
    type = "S"
  }

  ttl {
    attribute_name = "expirationTime"
    enabled        = true
  }

  dynamic "server_side_encryption" {
    for_each = local.encryption

    content {
      enabled     = true
      kms_key_arn = server_side_encryption.value
    }
  }

  point_in_time_recovery {
    enabled = false
  }

  lifecycle {
    prevent_destroy = true
    ignore_changes  = [name]
  }
}
