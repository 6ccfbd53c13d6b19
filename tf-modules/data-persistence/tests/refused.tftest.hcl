# What DynamoDB, IAM or S3 would refuse is refused before anything is planned.
# Terraform 1.6 or newer: `terraform test`. Plans only, since prevent_destroy forbids what a test would clean up; and
# without AWS: nothing is asked of it, no credentials are looked for, and the one request that provider 3.39 would
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

# Each run gives every variable one wrong value, and each of them has to be refused: a run takes a second or two.

run "refused_1" {
  command = plan

  variables {
    prefix                      = ""               # empty
    enable_point_in_time_tables = ["Granules"]     # without its ending
    tags                        = { "" = "x" }     # an empty key
    recovery_buckets            = ["s3://exports"] # as a URL
  }

  expect_failures = [var.prefix, var.enable_point_in_time_tables, var.tags, var.recovery_buckets]
}

run "refused_2" {
  command = plan

  variables {
    prefix                      = "my prod"                # with a space
    enable_point_in_time_tables = ["prod-GranulesTable"]   # with the prefix
    tags                        = { "AWS:owner" = "x" }    # a key of AWS's own
    recovery_buckets            = ["arn:aws:s3:::exports"] # as an ARN
  }

  expect_failures = [var.prefix, var.enable_point_in_time_tables, var.tags, var.recovery_buckets]
}

run "refused_3" {
  command = plan

  variables {
    prefix                      = "my/prod"                                         # with a slash
    enable_point_in_time_tables = ["granules"]                                      # by its key in the outputs
    tags                        = { (join("", [for i in range(129) : "k"])) = "x" } # a key of 129 characters
    recovery_buckets            = ["*"]                                             # a wildcard
  }

  expect_failures = [var.prefix, var.enable_point_in_time_tables, var.tags, var.recovery_buckets]
}

run "refused_4" {
  command = plan

  variables {
    prefix                      = "prod\n"                                          # with a line break
    enable_point_in_time_tables = [""]                                              # empty
    tags                        = { Owner = join("", [for i in range(257) : "v"]) } # a value of 257 characters
    recovery_buckets            = ["Exports"]                                       # in upper case
  }

  expect_failures = [var.prefix, var.enable_point_in_time_tables, var.tags, var.recovery_buckets]
}

run "refused_5" {
  command = plan

  variables {
    prefix                      = "prød"                                          # with a letter beyond ASCII
    enable_point_in_time_tables = ["GranulesTable", "ReconciliationReportsTable"] # unknown, among known ones
    tags                        = { Owner = null }                                # no value
    recovery_buckets            = ["ab"]                                          # of 2 characters
  }

  expect_failures = [var.prefix, var.enable_point_in_time_tables, var.tags, var.recovery_buckets]
}

run "refused_6" {
  command = plan

  variables {
    prefix                      = join("", [for i in range(235) : "p"])  # of 235 characters
    enable_point_in_time_tables = ["GranulesTable\n"]                    # with a line break
    tags                        = { Owner = "a&b" }                      # a forbidden character
    recovery_buckets            = [join("", [for i in range(64) : "b"])] # of 64 characters
  }

  expect_failures = [var.prefix, var.enable_point_in_time_tables, var.tags, var.recovery_buckets]
}

run "refused_7" {
  command = plan

  variables {
    enable_point_in_time_tables = ["Table"]                                      # no Name at all
    tags                        = { for i in range(51) : "k${i}" => "v" }        # 51 of them
    omitted_indexes             = ["GranulesTable/collectionId-granuleId-index"] # one that no table can do without
  }

  expect_failures = [var.enable_point_in_time_tables, var.tags, var.omitted_indexes]
}

run "accepted_at_the_limits" {
  command = plan

  variables {
    prefix           = "My_prod.2-a${join("", [for i in range(223) : "p"])}"
    recovery_buckets = ["abc", "my.exports-2", join("", [for i in range(63) : "b"])]
    tags = merge(
      { for i in range(49) : "k${i}" => "v" },
      { (join("", [for i in range(128) : "k"])) = join("", [for i in range(256) : "v"]) },
    )
  }

  assert {
    condition     = aws_dynamodb_table.users_table.name == "${var.prefix}-UsersTable"
    error_message = "The prefix was altered."
  }

  assert {
    condition     = max([for table in local.tables : length(table.name)]...) == 255
    error_message = "The longest prefix does not make a name of 255 characters."
  }

  assert {
    condition     = length(aws_dynamodb_table.users_table.tags) == 50
    error_message = "Not all tags are planned."
  }
}
