# A deployment chooses which indexes it pays for.
# Terraform 1.6 or newer: `terraform test`. Plans only, and without AWS (see point-in-time-recovery.tftest.hcl).

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

run "left_out" {
  command = plan

  variables {
    omitted_indexes = ["GranulesTable/status-duration-index", "GranulesTable/pdrName-timestamp-index", "PdrsTable/status-pdrName-index"]
  }

  assert {
    condition     = [for table in [aws_dynamodb_table.executions_table, aws_dynamodb_table.granules_table, aws_dynamodb_table.pdrs_table] : length([for index in table.global_secondary_index : index.name])] == [8, 6, 4]
    error_message = "Other indexes are left out than the list says."
  }

  # DynamoDB refuses attributes that no key has.
  assert {
    condition = sort([for attribute in aws_dynamodb_table.granules_table.attribute : attribute.name]) == tolist([
      "collectionId", "execution", "granuleId", "provider", "status", "timestamp"
    ])
    error_message = "The table declares attributes of indexes that it does not have, or lacks some."
  }
}

run "each_can_be_left_out" {
  command = plan

  variables {
    omitted_indexes = [
      "ExecutionsTable/status-timestamp-index", "ExecutionsTable/collectionId-timestamp-index", "ExecutionsTable/type-timestamp-index", "ExecutionsTable/asyncOperationId-timestamp-index", "ExecutionsTable/parentArn-timestamp-index", "ExecutionsTable/status-createdAt-index", "ExecutionsTable/status-duration-index", "ExecutionsTable/status-name-index",
      "GranulesTable/status-timestamp-index", "GranulesTable/collectionId-timestamp-index", "GranulesTable/provider-timestamp-index", "GranulesTable/pdrName-timestamp-index", "GranulesTable/execution-timestamp-index", "GranulesTable/status-duration-index", "GranulesTable/status-granuleId-index",
      "PdrsTable/status-timestamp-index", "PdrsTable/collectionId-timestamp-index", "PdrsTable/provider-timestamp-index", "PdrsTable/status-duration-index", "PdrsTable/status-pdrName-index",
    ]
  }

  assert {
    condition     = [for table in [aws_dynamodb_table.executions_table, aws_dynamodb_table.granules_table, aws_dynamodb_table.pdrs_table] : length([for index in table.global_secondary_index : index.name])] == [0, 1, 0]
    error_message = "An index cannot be left out."
  }
}
