terraform {
  required_version = ">= 1.3"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 3.39"
    }
  }

  # The state knows which tables are this deployment's. Keep it where it is encrypted and locked, in a bucket with
  # versioning; make bucket and lock table before. A backend takes no variables: write the values here.
  backend "s3" {
    bucket         = "REPLACE-state-bucket"
    key            = "REPLACE-prefix/data-persistence/terraform.tfstate"
    region         = "us-east-1"
    encrypt        = true
    dynamodb_table = "REPLACE-lock-table" # with the string key LockID; Terraform 1.10 or newer: use_lockfile = true instead
  }
}
