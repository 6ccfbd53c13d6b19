variable "prefix" {
  description = "The deployment's prefix: each table is named `<prefix>-<Name>`. At most 234 letters, digits, `_`, `.` and `-`. It cannot be changed later: the tables keep the names that they were created with."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_.-]+$", var.prefix))
    error_message = "The prefix \"${var.prefix}\" cannot be part of table names: DynamoDB allows letters, digits, \"_\", \".\" and \"-\" in them, and a prefix has at least one of these."
  }

  validation {
    # A table's name has at most 255 characters, and the longest of them ends in -AsyncOperationsTable.
    condition     = length(var.prefix) <= 255 - length("-AsyncOperationsTable")
    error_message = "The prefix has ${length(var.prefix)} characters; with more than ${255 - length("-AsyncOperationsTable")} of them a table's name would be longer than DynamoDB allows."
  }
}

variable "enable_point_in_time_tables" {
  description = "The tables with point-in-time recovery, by their Names, without the prefix. A table that is removed from the list loses its recovery points. `[]` is none."
  type        = list(string)
  nullable    = false

  default = [
    "CollectionsTable",
    "ExecutionsTable",
    "FilesTable",
    "GranulesTable",
    "PdrsTable",
    "ProvidersTable",
    "RulesTable",
    "UsersTable",
  ]

  # Terraform before 1.9 lets a validation see no more than its variable, so the names are repeated.
  validation {
    condition = alltrue([
      for name in var.enable_point_in_time_tables :
      can(regex("^(AccessTokens|AsyncOperations|Collections|Executions|Files|Granules|Pdrs|Providers|Rules|Semaphores|Users)Table$", name))
    ])
    error_message = "The list ${jsonencode(var.enable_point_in_time_tables)} has a name that is not a table of this module that can be protected. You can protect AccessTokensTable, AsyncOperationsTable, CollectionsTable, ExecutionsTable, FilesTable, GranulesTable, PdrsTable, ProvidersTable, RulesTable, SemaphoresTable and UsersTable."
  }
}

variable "omitted_indexes" {
  description = "Indexes of lists to leave out, as `TABLE/INDEX`: `GranulesTable/status-duration-index`. Each saves one or two write units whenever a record changes. Lists that need the index are slower without it, and incomplete if the table is large. All but `collectionId-granuleId-index` can be left out. An index that is removed takes a while to be added again."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition = alltrue([
      for name in var.omitted_indexes :
      can(regex("^(((Executions|Granules|Pdrs)Table/(status-timestamp|collectionId-timestamp|status-duration))|((Granules|Pdrs)Table/provider-timestamp)|(ExecutionsTable/(type-timestamp|asyncOperationId-timestamp|parentArn-timestamp|status-createdAt|status-name))|(GranulesTable/(pdrName-timestamp|execution-timestamp|status-granuleId))|(PdrsTable/status-pdrName))-index$", name))
    ])
    error_message = "The list ${jsonencode(var.omitted_indexes)} has an entry that is not an index that can be left out. You can leave out, as TABLE/INDEX, the indexes of ExecutionsTable, GranulesTable and PdrsTable in the module's README, except GranulesTable/collectionId-granuleId-index."
  }
}

variable "tags" {
  description = "Tags for all tables, at most 50."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = length(var.tags) <= 50
    error_message = "There are ${length(var.tags)} tags; AWS allows at most 50 for a table."
  }

  validation {
    condition = alltrue([
      for key, value in var.tags :
      value != null && can(regex("^[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]{1,128}$", key)) && can(regex("^[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]{0,256}$", value)) && !startswith(lower(key), "aws:")
    ])
    error_message = "AWS refuses one of the tags ${jsonencode(var.tags)}: a key has 1 to 128 characters and does not begin with \"aws:\", a value has at most 256; both have letters, digits, spaces and _ . : / = + - @ only."
  }
}

variable "table_tags" {
  description = "Tags for single tables, by their Names, without the prefix: `{ GranulesTable = { Owner = \"ingest\" } }`. They are added to `tags`, and replace a tag of the same key there."
  type        = map(map(string))
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.table_tags) : can(regex("^(AccessTokens|AsyncOperations|Collections|Executions|Files|Granules|Pdrs|Providers|RecordCounts|Rules|Semaphores|Users)Table$", name))])
    error_message = "Among the keys ${jsonencode(keys(var.table_tags))} is one that is not a table of this module: AccessTokensTable, AsyncOperationsTable, CollectionsTable, ExecutionsTable, FilesTable, GranulesTable, PdrsTable, ProvidersTable, RecordCountsTable, RulesTable, SemaphoresTable or UsersTable."
  }

  validation {
    condition = alltrue(flatten([
      for tags in values(var.table_tags) : concat([length(tags) <= 50], [
        for key, value in tags :
        value != null && can(regex("^[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]{1,128}$", key)) && can(regex("^[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]{0,256}$", value)) && !startswith(lower(key), "aws:")
      ])
    ]))
    error_message = "AWS refuses one of the tags ${jsonencode(var.table_tags)}: a table has at most 50; a key has 1 to 128 characters and does not begin with \"aws:\", a value has at most 256; both have letters, digits, spaces and _ . : / = + - @ only."
  }
}

variable "kms_key_arn" {
  description = "The ARN of your own KMS key that encrypts all tables. The key is in the tables' region. `null` is a key of AWS that costs nothing, unless the tables have another key already. Users of the tables need the key too: its policy has to permit them, or leave it to IAM, for which the module's policies have it. Leave the ARN in place once it is set: if you remove it, the tables stay encrypted by the key, but the policies lose it."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.kms_key_arn))
    error_message = "kms_key_arn is not the ARN of a key: arn:aws:kms:REGION:ACCOUNT:key/ID. An alias could point to another key later, and DynamoDB would not notice."
  }
}

variable "deletion_protection" {
  description = "Whether DynamoDB refuses to delete the tables, whoever tries. `false` switches it off, even if somebody else switched it on. Needs a provider that knows it: 5.100 does, 3.39 does not, and the plan then fails."
  type        = bool
  default     = false
  nullable    = false
}

variable "table_classes" {
  description = "The class of single tables, by their Names: `{ FilesTable = \"STANDARD_INFREQUENT_ACCESS\" }`; `STANDARD` for all others. DynamoDB changes a table's class at most twice in 30 days. Needs a provider that knows it, as `deletion_protection` does."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.table_classes) : can(regex("^(AccessTokens|AsyncOperations|Collections|Executions|Files|Granules|Pdrs|Providers|RecordCounts|Rules|Semaphores|Users)Table$", name))])
    error_message = "Among the keys ${jsonencode(keys(var.table_classes))} is one that is not a table of this module: AccessTokensTable, AsyncOperationsTable, CollectionsTable, ExecutionsTable, FilesTable, GranulesTable, PdrsTable, ProvidersTable, RecordCountsTable, RulesTable, SemaphoresTable or UsersTable."
  }

  validation {
    condition     = alltrue([for class in values(var.table_classes) : try(contains(["STANDARD", "STANDARD_INFREQUENT_ACCESS"], class), false)])
    error_message = "The classes ${jsonencode(values(var.table_classes))} have one that DynamoDB does not have. Use STANDARD or STANDARD_INFREQUENT_ACCESS."
  }
}

variable "recovery_buckets" {
  description = "Names of the S3 buckets for backup files, exports and imports: the policies permit only these."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for name in var.recovery_buckets : can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", name))])
    error_message = "The list ${jsonencode(var.recovery_buckets)} has an entry that is not the name of an S3 bucket: 3 to 63 lower-case letters, digits, \".\" and \"-\", as in \"my-bucket\" (no s3://, no ARN)."
  }
}
