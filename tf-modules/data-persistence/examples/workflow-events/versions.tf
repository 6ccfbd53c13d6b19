# What records the workflows of one deployment: a rule, two queues, two functions, alarms. Copy this directory, then:
#   1. put the functions' files into the system bucket
#   2. versions.tf: fill in the backend
#   3. cp terraform.tfvars.example terraform.tfvars, and fill that in
#   4. terraform init && terraform plan
# docs/events.md says each step, and how to move over from what recorded before. The tables have a configuration of their own
# (../deployment), so that nothing that is done here can touch them.

terraform {
  required_version = ">= 1.3"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 3.39"
    }
  }

  # A backend takes no variables: write the values here.
  backend "s3" {
    bucket         = "REPLACE-state-bucket"
    key            = "REPLACE-prefix/workflow-events/terraform.tfstate"
    region         = "us-east-1"
    encrypt        = true
    dynamodb_table = "REPLACE-lock-table" # with the string key LockID; Terraform 1.10 or newer: use_lockfile = true instead
  }
}

provider "aws" {
  region = var.region
}
