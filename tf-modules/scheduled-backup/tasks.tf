# What runs: a task for each job, with a role of its own. The command lines are those of docs/how-to/schedule-backups.md.

locals {
  name        = "${var.prefix}-scheduled-backup"
  cluster_arn = var.cluster_arn == null ? aws_ecs_cluster.tasks[0].arn : var.cluster_arn

  # arn:PARTITION:ecs:REGION:ACCOUNT:cluster/NAME
  arn_parts = split(":", local.cluster_arn)
  partition = local.arn_parts[1]
  region    = local.arn_parts[3]
  account   = local.arn_parts[4]

  # In a fixed order, which a map does not keep.
  keep_options = var.keep == null ? [] : flatten([
    for name in ["last", "hourly", "daily", "weekly", "monthly", "yearly", "within"] :
    ["--keep-${name}", tostring(var.keep[name])] if var.keep[name] != null
  ])

  # The containers of each job, each after the one before it and only if that succeeded. So a backup that failed removes no older one.
  jobs = merge(
    {
      backup = concat(
        [{ name = "backup", command = concat(["backup", "--prefix", var.prefix, "--to", var.backups, "--dated", "--gzip", "--verify"], var.backup_options) }],
        [for options in [local.keep_options] : { name = "forget", command = concat(["backups", "forget", "--prefix", var.prefix, "--directory", var.backups], options, ["--yes"]) } if length(options) > 0],
      )
      status = [{ name = "status", command = concat(["status", "--prefix", var.prefix, "--backups", var.backups, "--metrics", "cloudwatch"], [for policy in var.protection_policy[*] : "--policy=${policy}"]) }]
    },
    var.rehearsal_schedule == null ? {} : {
      rehearsal = [{ name = "rehearsal", command = concat(["rehearse", "--prefix", var.prefix, "--from", var.rehearsal_source, "--backups", var.backups, "--metrics", "cloudwatch"], var.rehearsal_options) }]
    },
  )

  containers = {
    for job, containers in local.jobs : job => [
      for index, container in containers : merge(
        {
          name      = container.name
          image     = var.image
          command   = container.command
          user      = "1000:1000"
          essential = index == length(containers) - 1
          # The time that a stopped backup has to leave everything in good order.
          stopTimeout            = 120
          readonlyRootFilesystem = true
          linuxParameters        = { capabilities = { drop = ["ALL"] }, initProcessEnabled = true }
          # Comparisons keep keys and digests in temporary files.
          mountPoints = [{ sourceVolume = "temporary", containerPath = "/tmp", readOnly = false }]
          logConfiguration = {
            logDriver = "awslogs"
            options = {
              "awslogs-group"         = aws_cloudwatch_log_group.tasks.name
              "awslogs-region"        = local.region
              "awslogs-stream-prefix" = job
            }
          }
        },
        index == 0 ? {} : { dependsOn = [{ containerName = containers[index - 1].name, condition = "SUCCESS" }] },
      )
    ]
  }
}

resource "aws_ecs_cluster" "tasks" {
  # checkov:skip=CKV_AWS_65:Container Insights costs more than these tasks do, and the alarms are about what they achieved
  count = var.cluster_arn == null ? 1 : 0

  name = local.name
  tags = var.tags
}

# A name by which `cumulus-api logs` finds it.
resource "aws_cloudwatch_log_group" "tasks" {
  # checkov:skip=CKV_AWS_338:the number of days is for the deployer to choose
  name              = "${local.name}EcsLogs"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
  tags              = var.tags
}

resource "aws_ecs_task_definition" "jobs" {
  for_each = local.containers

  family                   = "${local.name}-${each.key}"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.cpu
  memory                   = var.memory
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = aws_iam_role.jobs[each.key].arn
  container_definitions    = jsonencode(each.value)
  tags                     = var.tags

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = upper(var.architecture)
  }

  volume {
    name = "temporary"
  }

  # Fargate gives 20 GiB unless it is asked for more.
  dynamic "ephemeral_storage" {
    for_each = var.ephemeral_storage_gb > 20 ? [var.ephemeral_storage_gb] : []

    content {
      size_in_gib = ephemeral_storage.value
    }
  }
}
