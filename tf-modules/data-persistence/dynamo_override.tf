# What provider 3.39 does not know, for the tables of dynamo.tf. In an override file Terraform passes over arguments that a resource does not have, so
# that these are set by newer providers, and the module still works with the older ones. Whoever sets what the provider does not know gets an error
# (outputs.tf), never less than was asked for.

resource "aws_dynamodb_table" "access_tokens_table" {
  deletion_protection_enabled = var.deletion_protection
  table_class                 = lookup(var.table_classes, "AccessTokensTable", null)
}

resource "aws_dynamodb_table" "async_operations_table" {
  deletion_protection_enabled = var.deletion_protection
  table_class                 = lookup(var.table_classes, "AsyncOperationsTable", null)
}

resource "aws_dynamodb_table" "collections_table" {
  deletion_protection_enabled = var.deletion_protection
  table_class                 = lookup(var.table_classes, "CollectionsTable", null)
}

resource "aws_dynamodb_table" "executions_table" {
  deletion_protection_enabled = var.deletion_protection
  table_class                 = lookup(var.table_classes, "ExecutionsTable", null)
}

resource "aws_dynamodb_table" "files_table" {
  deletion_protection_enabled = var.deletion_protection
  table_class                 = lookup(var.table_classes, "FilesTable", null)
}

resource "aws_dynamodb_table" "granules_table" {
  deletion_protection_enabled = var.deletion_protection
  table_class                 = lookup(var.table_classes, "GranulesTable", null)
}

resource "aws_dynamodb_table" "pdrs_table" {
  deletion_protection_enabled = var.deletion_protection
  table_class                 = lookup(var.table_classes, "PdrsTable", null)
}

resource "aws_dynamodb_table" "providers_table" {
  deletion_protection_enabled = var.deletion_protection
  table_class                 = lookup(var.table_classes, "ProvidersTable", null)
}

resource "aws_dynamodb_table" "rules_table" {
  deletion_protection_enabled = var.deletion_protection
  table_class                 = lookup(var.table_classes, "RulesTable", null)
}

resource "aws_dynamodb_table" "semaphores_table" {
  deletion_protection_enabled = var.deletion_protection
  table_class                 = lookup(var.table_classes, "SemaphoresTable", null)
}

resource "aws_dynamodb_table" "users_table" {
  deletion_protection_enabled = var.deletion_protection
  table_class                 = lookup(var.table_classes, "UsersTable", null)
}

resource "aws_dynamodb_table" "record_counts_table" {
  deletion_protection_enabled = var.deletion_protection
  table_class                 = lookup(var.table_classes, "RecordCountsTable", null)
}
