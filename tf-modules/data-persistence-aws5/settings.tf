# The variables that ../data-persistence does not have: they set what is inside of blocks, and so cannot be written where a provider does not know
# them.

variable "recovery_period_in_days" {
  description = "How many days back the tables with point-in-time recovery can be recovered, 1 to 35. A shorter period costs the same, and what is older is gone at once. `null` leaves the period that there is: 35 days, DynamoDB's own, unless it was changed. To go back, set 35."
  type        = number
  default     = null

  validation {
    condition     = try(var.recovery_period_in_days >= 1 && var.recovery_period_in_days <= 35 && floor(var.recovery_period_in_days) == var.recovery_period_in_days, true)
    error_message = "The recovery period is a whole number of days from 1 to 35."
  }
}

variable "on_demand_limits" {
  description = "The most read and write units a second of single tables, by their Names, and of single indexes, as `TABLE/INDEX`: `{ GranulesTable = { write = 1000 } }`. Requests beyond are throttled. A table's limit is not that of its indexes; DynamoDB slows the writes of a table whose index is throttled. To lift a limit, set it to -1: one that is only removed here stays."

  type = map(object({
    read  = optional(number)
    write = optional(number)
  }))

  default  = {}
  nullable = false

  validation {
    condition = alltrue([
      for name in keys(var.on_demand_limits) :
      can(regex("^((AccessTokens|AsyncOperations|Collections|Executions|Files|Granules|Pdrs|Providers|RecordCounts|Rules|Semaphores|Users)Table|((Executions|Granules|Pdrs)Table/(status-timestamp|collectionId-timestamp|status-duration)|(Granules|Pdrs)Table/provider-timestamp|ExecutionsTable/(type-timestamp|asyncOperationId-timestamp|parentArn-timestamp|status-createdAt|status-name)|GranulesTable/(collectionId-granuleId|pdrName-timestamp|execution-timestamp|status-granuleId)|PdrsTable/status-pdrName)-index)$", name))
    ])
    error_message = "Among the keys ${jsonencode(keys(var.on_demand_limits))} is one that is neither a table of this module nor one of its indexes as TABLE/INDEX. The tables are AccessTokensTable, AsyncOperationsTable, CollectionsTable, ExecutionsTable, FilesTable, GranulesTable, PdrsTable, ProvidersTable, RecordCountsTable, RulesTable, SemaphoresTable and UsersTable; their indexes are in the README of data-persistence."
  }

  validation {
    condition = alltrue(flatten([
      for limit in values(var.on_demand_limits) : [
        for units in [limit.read, limit.write] : units == null ? true : (units >= 1 || units == -1) && floor(units) == units
      ]
    ]))
    error_message = "The limits ${jsonencode(var.on_demand_limits)} have one that is not a whole number of units a second, 1 or more, or -1 to lift a limit."
  }

  validation {
    condition     = alltrue([for limit in values(var.on_demand_limits) : limit.read != null || limit.write != null])
    error_message = "The limits ${jsonencode(var.on_demand_limits)} have one with neither read nor write."
  }
}
