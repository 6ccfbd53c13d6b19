import { PutObjectCommand } from '@aws-sdk/client-s3';
import { type CmrServer, type OwnMoto, ownBucket } from '@cumulus/test-kit';
import { afterAll, beforeAll } from '@jest/globals';
import { cmrSettingsFrom } from '../../src/cmr-settings.ts';
import type { ServicesOptions } from '../../src/services.ts';
import { Interruption } from '../faults/interruption.ts';
import { OwnApi } from '../own-api.ts';

/** The buckets of a deployment, by their kinds. */
export const BUCKETS = {
  private: 'archive-private',
  protected: 'archive-protected',
  public: 'archive-public',
  system: 'archive-system',
} as const;

export const DISTRIBUTION = 'https://data.example.org';

/** An API with buckets, and with CMR if it is given; its requests can be interrupted. */
export class OwnArchive extends OwnApi {
  readonly interruption = new Interruption();
  readonly buckets;

  constructor(moto: OwnMoto, cmr?: CmrServer, more?: Partial<ServicesOptions>) {
    const settings = () => ({
      systemBucket: BUCKETS.system,
      cmr: cmrSettingsFrom({ ...cmr?.environment, DISTRIBUTION_ENDPOINT: `${DISTRIBUTION}/` }),
    });
    super(settings, more);
    this.buckets = Object.fromEntries(
      Object.entries(BUCKETS).map(([kind, name]) => [kind, ownBucket(moto, name)]),
    ) as Record<keyof typeof BUCKETS, ReturnType<typeof ownBucket>>;
    beforeAll(async () => {
      process.env['AWS_ENDPOINT_URL_S3'] = moto.endpoint;
      process.env['AWS_ENDPOINT_URL_SECRETS_MANAGER'] = moto.endpoint;
      const described = Object.entries(BUCKETS).map(([type, name]) => [type, { name, type }]);
      const Body = JSON.stringify(Object.fromEntries(described));
      const Key = `${this.prefix}/workflows/buckets.json`;
      await moto.s3.send(new PutObjectCommand({ Bucket: BUCKETS.system, Key, Body }));
      this.interruption.watch(this.client);
      this.interruption.watch(await this.services.clients.s3());
      if (cmr !== undefined) cmr.interruption = this.interruption;
    });
    afterAll(() => {
      delete process.env['AWS_ENDPOINT_URL_S3'];
      delete process.env['AWS_ENDPOINT_URL_SECRETS_MANAGER'];
    });
  }

  /** A granule's record; undefined where there is none. */
  async granule(granuleId: string) {
    const { status, body } = await this.ask(`GET /granules/${encodeURIComponent(granuleId)}`);
    return status === 200 ? body : undefined;
  }

  /** What the table has of files, as `bucket/key: granule`. */
  async files(): Promise<readonly string[]> {
    const found: string[] = [];
    for await (const { bucket, key, granuleId } of this.services.models.files.list({ consistent: true }))
      found.push(`${bucket}/${key}: ${granuleId}`);
    return found.sort();
  }

  /** Writes a granule that has completed, the records of its files, and the files; in place of what is there. */
  async archive(granuleId: string, files: readonly ArchivedFile[], fields: object = {}): Promise<void> {
    const { models } = this.services;
    const recorded: { readonly bucket: string; readonly key: string }[] = [];
    for await (const file of models.files.list({ consistent: true }))
      if (file.granuleId === granuleId) recorded.push(file);
    await Promise.all([models.files.batchDelete(recorded), models.granules.delete({ granuleId })]);
    await Promise.all(
      files.map(async ({ bucket, key, content }) => {
        const kind = Object.entries(BUCKETS).find(([, name]) => name === bucket)?.[0] as keyof typeof BUCKETS;
        await Promise.all([this.buckets[kind].put(key, content), models.files.createFrom({ bucket, key, granuleId })]);
      }),
    );
    await models.granules.createFrom({
      granuleId,
      collectionId: 'MOD09GQ___006',
      status: 'completed',
      execution: 'https://console.example.org/e1',
      timestamp: 1_600_000_000_000,
      productVolume: files.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0),
      files: files.map(({ bucket, key, content, ...file }) => ({
        ...{ bucket, key, fileName: key.replace(/^.*\//, ''), size: Buffer.byteLength(content) },
        ...file,
      })),
      ...fields,
    });
  }

  /** The keys of all objects in the buckets of files, as `bucket/key`. */
  async objects(): Promise<readonly string[]> {
    const { system: _, ...ofFiles } = this.buckets;
    const keysOf = async (bucket: (typeof ofFiles)['public']): Promise<readonly string[]> =>
      (await bucket.keys()).map((key) => `${bucket.name}/${key}`);
    return (await Promise.all(Object.values(ofFiles).map(keysOf))).flat();
  }

  async empty(): Promise<void> {
    const { system: _, ...ofFiles } = this.buckets;
    await Promise.all(Object.values(ofFiles).map((bucket) => bucket.reset('', [])));
  }
}

export interface ArchivedFile {
  readonly bucket: string;
  readonly key: string;
  readonly content: string;
  readonly type?: string;
  readonly checksum?: string;
  readonly checksumType?: string;
}
