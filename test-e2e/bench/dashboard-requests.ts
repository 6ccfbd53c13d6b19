/** The granule, and all that belongs to it, that requests name. */
export interface Named {
  readonly granuleId: string;
  readonly collectionId: string;
  readonly execution: string;
  readonly arn: string;
  readonly pdrName: string;
  readonly workflow: string;
  /** A day ago, in milliseconds since 1970. */
  readonly yesterday: number;
}

/**
 * What NASA's dashboards v1.6.1 to v1.10.0 ask as their pages open, as far as it is read from tables, and what they ask as their
 * search boxes, filters, dates and columns are used.
 */
export function dashboardRequests(named: Named): readonly string[] {
  const { granuleId, collectionId, execution, arn, pdrName, workflow, yesterday } = named;
  const text = (value: string): string => encodeURIComponent(value);
  const page = 'limit=50&page=1';
  return [
    '/granules?limit=20&error__exists=true&status=failed',
    `/granules?limit=20&page=1&q=${text('_exists_:error AND status:failed')}`,
    `/granules?${page}&order=desc&sort_by=duration&status=failed`,
    `/granules?${page}&sort_key[]=-granuleId&status=failed`,
    `/granules?${page}&sort_key[]=-timestamp`,
    `/granules?${page}&sort_key[]=-timestamp&collectionId=${collectionId}`,
    `/granules?${page}&sort_key[]=-timestamp&collectionId=${collectionId}&status=failed`,
    `/granules?${page}&sort_key[]=-timestamp&status=completed`,
    `/granules?${page}&sort_key[]=-timestamp&status=running`,
    `/granules?${page}&sort_key[]=-undefined`,
    `/granules/${text(granuleId)}`,
    '/executions?limit=50',
    `/executions?${page}&order=desc&sort_by=createdAt`,
    `/pdrs?${page}&sort_key[]=-timestamp`,
    `/pdrs?${page}&order=desc&sort_by=0&status=completed`,
    '/collections?limit=50',
    '/collections?limit=100&fields=name,version',
    '/providers?limit=50&page=1&sort_key[]=-timestamp',
    '/stats',
    `/stats?timestamp__from=${yesterday}`,
    '/stats/aggregate?type=executions&field=status',
    '/stats/aggregate?type=granules&field=status',
    `/stats/aggregate?type=granules&field=status&collectionId=${collectionId}`,
    // In use.
    `/granules?${page}&granuleId=${text(granuleId)}`,
    `/granules?${page}&granuleId__in=${text(granuleId)},none`,
    `/granules?${page}&sort_key[]=-timestamp&prefix=${text(granuleId)}`,
    `/granules?${page}&sort_key[]=-timestamp&prefix=MOD`,
    `/granules?${page}&sort_key[]=-timestamp&infix=A2016`,
    `/granules?${page}&sort_key[]=-timestamp&infix=nowhere`,
    `/granules?${page}&sort_key[]=-timestamp&pdrName=${text(pdrName)}`,
    `/granules?${page}&sort_key[]=-timestamp&execution=${text(execution)}`,
    `/granules?${page}&sort_key[]=-timestamp&timestamp__from=${yesterday}`,
    `/granules?${page}&sort_key[]=-timestamp&status=failed&timestamp__from=${yesterday}`,
    `/granules?${page}&sort_key[]=%2Bstatus`,
    `/granules?${page}&sort_key[]=%2Bduration`,
    `/granules?${page}&sort_key[]=%2Bpublished`,
    `/executions?${page}&order=desc&sort_by=createdAt&type=${workflow}`,
    `/executions?${page}&order=desc&sort_by=createdAt&status=failed`,
    `/executions?${page}&order=desc&sort_by=duration`,
    `/executions?${page}&arn=${text(arn)}`,
    `/executions?${page}&prefix=15820_7`,
  ];
}
