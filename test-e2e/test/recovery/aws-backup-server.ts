import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A recovery point in AWS's documented form; times are seconds since 1970. */
export interface RecoveryPoint {
  readonly RecoveryPointArn: string;
  readonly ResourceArn: string;
  readonly Status?: string;
  readonly CreationDate: number;
  readonly BackupSizeInBytes?: number;
  readonly CalculatedLifecycle?: { readonly DeleteAt: number };
}

/** What AWS Backup answers in place of a list. */
export interface Refusal {
  readonly status: number;
  readonly type: string;
  readonly message: string;
}

export interface AwsBackupServer {
  /** With which a command finds it. */
  readonly environment: NodeJS.ProcessEnv;
  /** The paths and queries that it was asked for. */
  readonly asked: readonly string[];
}

/**
 * Plays AWS Backup, of which moto knows the vaults but nothing in them: lists of vaults and of what is in them, two on a page, in AWS's
 * documented form.
 */
export async function withAwsBackup<T>(
  vaults: Readonly<Record<string, readonly RecoveryPoint[] | Refusal>>,
  work: (server: AwsBackupServer) => Promise<T>,
): Promise<T> {
  const asked: string[] = [];
  const server = createServer(({ url = '' }, response) => {
    asked.push(url);
    const { pathname, searchParams } = new URL(url, 'http://backup');
    const [, first, vault = '', kind] = pathname.split('/').map(decodeURIComponent);
    const listed =
      kind === 'recovery-points' ? vaults[vault] : Object.keys(vaults).map((BackupVaultName) => ({ BackupVaultName }));
    if (first !== 'backup-vaults' || listed === undefined) {
      response.writeHead(404, { 'x-amzn-errortype': 'ResourceNotFoundException' }).end('{}');
      return;
    }
    if ('status' in listed) {
      response.writeHead(listed.status, { 'content-type': 'application/json', 'x-amzn-errortype': listed.type });
      response.end(JSON.stringify({ message: listed.message }));
      return;
    }
    const start = Number(searchParams.get('nextToken') ?? 0);
    const page = listed.slice(start, start + 2).map((each) => ({ BackupVaultName: vault, ...each }));
    const next = start + 2 < listed.length ? { NextToken: String(start + 2) } : {};
    const name = kind === 'recovery-points' ? 'RecoveryPoints' : 'BackupVaultList';
    response.writeHead(200, { 'content-type': 'application/json', 'x-amzn-requestid': 'played' });
    response.end(JSON.stringify({ [name]: page, ...next }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    return await work({ environment: { AWS_ENDPOINT_URL_BACKUP: url }, asked });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
