// Apart from the schemas: what only counts records by their status needs no schema, and with it no library for schemas.

export const EXECUTION_STATUSES = ['running', 'completed', 'failed', 'unknown'] as const;
export const GRANULE_STATUSES = ['running', 'completed', 'failed'] as const;
export const PDR_STATUSES = ['running', 'failed', 'completed'] as const;
