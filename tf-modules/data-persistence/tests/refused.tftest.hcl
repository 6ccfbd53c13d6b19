# What DynamoDB, IAM or S3 would refuse is refused before anything is planned.
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

# Each run gives every variable one wrong value, and each of them has to be refused: a run takes a second or two. Values are written out:
# OpenTofu before 1.11 has no functions in a run's variables.

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
    prefix                      = "my/prod"                                                                                                                                     # with a slash
    enable_point_in_time_tables = ["granules"]                                                                                                                                  # by its key in the outputs
    tags                        = { "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk" = "x" } # a key of 129 characters
    recovery_buckets            = ["*"]                                                                                                                                         # a wildcard
  }

  expect_failures = [var.prefix, var.enable_point_in_time_tables, var.tags, var.recovery_buckets]
}

run "refused_4" {
  command = plan

  variables {
    prefix                      = "prod\n"                                                                                                                                                                                                                                                                        # with a line break
    enable_point_in_time_tables = [""]                                                                                                                                                                                                                                                                            # empty
    tags                        = { Owner = "vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv" } # a value of 257 characters
    recovery_buckets            = ["Exports"]                                                                                                                                                                                                                                                                     # in upper case
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
    prefix                      = "ppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppp" # of 235 characters
    enable_point_in_time_tables = ["GranulesTable\n"]                                                                                                                                                                                                                           # with a line break
    tags                        = { Owner = "a&b" }                                                                                                                                                                                                                             # a forbidden character
    recovery_buckets            = ["bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"]                                                                                                                                                                          # of 64 characters
  }

  expect_failures = [var.prefix, var.enable_point_in_time_tables, var.tags, var.recovery_buckets]
}

run "refused_7" {
  command = plan

  variables {
    enable_point_in_time_tables = ["Table"]                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                 # no Name at all
    tags                        = { k0 = "v", k1 = "v", k2 = "v", k3 = "v", k4 = "v", k5 = "v", k6 = "v", k7 = "v", k8 = "v", k9 = "v", k10 = "v", k11 = "v", k12 = "v", k13 = "v", k14 = "v", k15 = "v", k16 = "v", k17 = "v", k18 = "v", k19 = "v", k20 = "v", k21 = "v", k22 = "v", k23 = "v", k24 = "v", k25 = "v", k26 = "v", k27 = "v", k28 = "v", k29 = "v", k30 = "v", k31 = "v", k32 = "v", k33 = "v", k34 = "v", k35 = "v", k36 = "v", k37 = "v", k38 = "v", k39 = "v", k40 = "v", k41 = "v", k42 = "v", k43 = "v", k44 = "v", k45 = "v", k46 = "v", k47 = "v", k48 = "v", k49 = "v", k50 = "v" } # 51 of them
    omitted_indexes             = ["GranulesTable/collectionId-granuleId-index"]                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                            # one that no table can do without
  }

  expect_failures = [var.enable_point_in_time_tables, var.tags, var.omitted_indexes]
}

run "accepted_at_the_limits" {
  command = plan

  variables {
    prefix           = "My_prod.2-appppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppp"
    recovery_buckets = ["abc", "my.exports-2", "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"]
    tags             = { k0 = "v", k1 = "v", k2 = "v", k3 = "v", k4 = "v", k5 = "v", k6 = "v", k7 = "v", k8 = "v", k9 = "v", k10 = "v", k11 = "v", k12 = "v", k13 = "v", k14 = "v", k15 = "v", k16 = "v", k17 = "v", k18 = "v", k19 = "v", k20 = "v", k21 = "v", k22 = "v", k23 = "v", k24 = "v", k25 = "v", k26 = "v", k27 = "v", k28 = "v", k29 = "v", k30 = "v", k31 = "v", k32 = "v", k33 = "v", k34 = "v", k35 = "v", k36 = "v", k37 = "v", k38 = "v", k39 = "v", k40 = "v", k41 = "v", k42 = "v", k43 = "v", k44 = "v", k45 = "v", k46 = "v", k47 = "v", k48 = "v", "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk" = "vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv" }
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
