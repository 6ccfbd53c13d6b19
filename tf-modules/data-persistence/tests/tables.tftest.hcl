# The tables are those that deployments have.
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

run "tables" {
  command = plan

  # The addresses by which a deployment's state knows its tables.
  assert {
    condition = [
      aws_dynamodb_table.access_tokens_table.name,
      aws_dynamodb_table.async_operations_table.name,
      aws_dynamodb_table.collections_table.name,
      aws_dynamodb_table.executions_table.name,
      aws_dynamodb_table.files_table.name,
      aws_dynamodb_table.granules_table.name,
      aws_dynamodb_table.pdrs_table.name,
      aws_dynamodb_table.providers_table.name,
      aws_dynamodb_table.rules_table.name,
      aws_dynamodb_table.semaphores_table.name,
      aws_dynamodb_table.users_table.name,
      ] == [
      "prod-AccessTokensTable",
      "prod-AsyncOperationsTable",
      "prod-CollectionsTable",
      "prod-ExecutionsTable",
      "prod-FilesTable",
      "prod-GranulesTable",
      "prod-PdrsTable",
      "prod-ProvidersTable",
      "prod-RulesTable",
      "prod-SemaphoresTable",
      "prod-UsersTable",
    ]
    error_message = "A table has another name than <prefix>-<Name>."
  }

  assert {
    condition = { for key, table in local.tables : key => table.hash_key } == {
      access_tokens    = "accessToken"
      async_operations = "id"
      collections      = "name"
      executions       = "arn"
      files            = "bucket"
      granules         = "granuleId"
      pdrs             = "pdrName"
      providers        = "id"
      rules            = "name"
      semaphores       = "key"
      users            = "userName"
    }
    error_message = "A table has another partition key; it would be replaced."
  }

  assert {
    condition = { for key, table in local.tables : key => table.range_key if try(length(table.range_key) > 0, false) } == {
      collections = "version"
      files       = "key"
    }
    error_message = "A table has another sort key, or has one that should not, or none; it would be replaced."
  }

  assert {
    condition = alltrue(flatten([
      for table in local.tables : [
        for attribute in table.attribute : attribute.type == (contains(["createdAt", "duration", "timestamp"], attribute.name) ? "N" : "S")
      ]
    ]))
    error_message = "A key is no string, or a time or duration no number."
  }

  assert {
    condition = {
      for key, table in local.tables : key => {
        for index in table.global_secondary_index : index.name => join(" ", concat(
          [index.hash_key, index.range_key, index.projection_type], sort(coalesce(index.non_key_attributes, []))
        ))
      } if length(table.global_secondary_index) > 0
      } == {
      executions = {
        status-timestamp-index           = "status timestamp KEYS_ONLY"
        collectionId-timestamp-index     = "collectionId timestamp INCLUDE status"
        type-timestamp-index             = "type timestamp INCLUDE collectionId status"
        asyncOperationId-timestamp-index = "asyncOperationId timestamp INCLUDE status"
        parentArn-timestamp-index        = "parentArn timestamp INCLUDE status"
        status-createdAt-index           = "status createdAt INCLUDE collectionId timestamp type"
        status-duration-index            = "status duration INCLUDE collectionId timestamp type"
        status-name-index                = "status name INCLUDE collectionId timestamp type"
      }
      granules = {
        collectionId-granuleId-index = "collectionId granuleId ALL"
        status-timestamp-index       = "status timestamp KEYS_ONLY"
        collectionId-timestamp-index = "collectionId timestamp INCLUDE provider status"
        provider-timestamp-index     = "provider timestamp INCLUDE status"
        pdrName-timestamp-index      = "pdrName timestamp INCLUDE collectionId status"
        execution-timestamp-index    = "execution timestamp INCLUDE collectionId status"
        status-duration-index        = "status duration INCLUDE collectionId provider timestamp"
        status-granuleId-index       = "status granuleId INCLUDE collectionId provider timestamp"
      }
      pdrs = {
        status-timestamp-index       = "status timestamp KEYS_ONLY"
        collectionId-timestamp-index = "collectionId timestamp INCLUDE provider status"
        provider-timestamp-index     = "provider timestamp INCLUDE status"
        status-duration-index        = "status duration INCLUDE collectionId provider timestamp"
        status-pdrName-index         = "status pdrName INCLUDE collectionId provider timestamp"
      }
    }
    error_message = "A table lacks an index, has one more, or one with other keys or attributes."
  }

  assert {
    condition     = alltrue([for table in local.tables : length(table.local_secondary_index) == 0])
    error_message = "A table has a local index."
  }

  # Provider 5 knows only after an apply that the others have none: test-e2e looks at those.
  assert {
    condition = [
      for table in [aws_dynamodb_table.access_tokens_table, aws_dynamodb_table.record_counts_table] :
      one(table.ttl).enabled ? one(table.ttl).attribute_name : ""
    ] == ["expirationTime", "expirationTime"]
    error_message = "Access tokens, or counts, are not removed at their expirationTime."
  }

  assert {
    condition = { for key, table in local.tables : key => table.stream_view_type if try(table.stream_enabled, false) == true } == {
      async_operations = "NEW_AND_OLD_IMAGES"
      collections      = "NEW_AND_OLD_IMAGES"
      executions       = "NEW_AND_OLD_IMAGES"
      files            = "NEW_AND_OLD_IMAGES"
      granules         = "NEW_AND_OLD_IMAGES"
      pdrs             = "NEW_AND_OLD_IMAGES"
      providers        = "NEW_AND_OLD_IMAGES"
      rules            = "NEW_AND_OLD_IMAGES"
      users            = "NEW_AND_OLD_IMAGES"
    }
    error_message = "A table has no stream that should, or one that should not, or one with other images."
  }

  assert {
    condition = [
      aws_dynamodb_table.record_counts_table.name,
      aws_dynamodb_table.record_counts_table.hash_key,
      aws_dynamodb_table.record_counts_table.range_key,
      aws_dynamodb_table.record_counts_table.billing_mode,
    ] == ["prod-RecordCountsTable", "recordType", "group", "PAY_PER_REQUEST"]
    error_message = "The table of counts is not where the recounting looks for it."
  }

  assert {
    condition     = alltrue([for table in local.tables : table.billing_mode == "PAY_PER_REQUEST"])
    error_message = "A table is not on demand."
  }
}
