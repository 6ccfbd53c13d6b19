import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

export const BUCKET = 'bench-protected';

const FILES_OF_GRANULE = 3;
const ENDINGS = ['cmr.json', 'hdf', 'jpg'];

/** The most objects that S3 lists on a page. */
const PAGE = 1_000;

/** Rows of an inventory's file. */
const ROWS = 250_000;

/** An archive of granules of three files each, all of it made up from their numbers. */
export class ArchiveOfFiles {
  readonly files: number;
  readonly granules: number;

  constructor(files: number) {
    this.granules = Math.ceil(files / FILES_OF_GRANULE);
    this.files = this.granules * FILES_OF_GRANULE;
  }

  /** Their order is that of the numbers. */
  keyOf(file: number): string {
    const id = this.#idOf(Math.floor(file / FILES_OF_GRANULE));
    return `MOD09GQ___006/2017/${id}/${id}.${ENDINGS[file % FILES_OF_GRANULE]}`;
  }

  sizeOf(file: number): number {
    return 1_000_000 + (file % 1_000);
  }

  /** The row of a file, as DynamoDB has it. */
  rowOf(file: number): object {
    return {
      ...{ bucket: { S: BUCKET }, key: { S: this.keyOf(file) } },
      ...{ granuleId: { S: this.#idOf(Math.floor(file / FILES_OF_GRANULE)) } },
      ...{ createdAt: { N: '1600000000000' }, updatedAt: { N: '1600000000000' } },
    };
  }

  /** A granule, as DynamoDB has it. */
  granule(granule: number): object {
    const files = Array.from({ length: FILES_OF_GRANULE }, (_, index) => {
      const file = granule * FILES_OF_GRANULE + index;
      const key = this.keyOf(file);
      return {
        M: {
          ...{ bucket: { S: BUCKET }, key: { S: key }, fileName: { S: key.replace(/^.*\//, '') } },
          ...{ size: { N: String(this.sizeOf(file)) }, type: { S: 'data' } },
        },
      };
    });
    return {
      ...{ granuleId: { S: this.#idOf(granule) }, collectionId: { S: 'MOD09GQ___006' }, status: { S: 'completed' } },
      ...{ published: { BOOL: true }, updatedAt: { N: '1600000000000' }, files: { L: files } },
    };
  }

  /** An inventory of the bucket, as S3 writes it. @returns its manifest's path */
  writeInventory(directory: string): string {
    mkdirSync(join(directory, 'data'), { recursive: true });
    const files: object[] = [];
    for (let first = 0; first < this.files; first += ROWS) {
      const rows = Array.from({ length: Math.min(ROWS, this.files - first) }, (_, index) => {
        // Inventories are in no order.
        const file = this.files - 1 - first - index;
        return `"${BUCKET}","${encodeURIComponent(this.keyOf(file))}","${this.sizeOf(file)}"\n`;
      });
      const content = gzipSync(rows.join(''), { level: 1 });
      const name = `${first}.csv.gz`;
      writeFileSync(join(directory, 'data', name), content);
      const MD5checksum = createHash('md5').update(content).digest('hex');
      files.push({ key: `data/${name}`, size: content.length, MD5checksum });
    }
    const manifest = join(directory, 'manifest.json');
    const head = { sourceBucket: BUCKET, creationTimestamp: '1893456000000', fileFormat: 'CSV' };
    writeFileSync(manifest, JSON.stringify({ ...head, fileSchema: 'Bucket, Key, Size', files }));
    return manifest;
  }

  /** A page of the bucket's listing: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
  listingFrom(start: number): string {
    const end = Math.min(start + PAGE, this.files);
    const contents: string[] = [];
    for (let file = start; file < end; file += 1)
      contents.push(
        `<Contents><Key>${encodeURIComponent(this.keyOf(file))}</Key><LastModified>2020-09-13T12:26:40.000Z</LastModified>` +
          `<ETag>&quot;d41d8cd98f00b204e9800998ecf8427e&quot;</ETag><Size>${this.sizeOf(file)}</Size><StorageClass>STANDARD</StorageClass></Contents>`,
      );
    const next = end < this.files ? `<NextContinuationToken>${end}</NextContinuationToken>` : '';
    return (
      '<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">' +
      `<Name>${BUCKET}</Name><Prefix></Prefix><KeyCount>${end - start}</KeyCount><MaxKeys>${PAGE}</MaxKeys>` +
      `<EncodingType>url</EncodingType><IsTruncated>${end < this.files}</IsTruncated>${next}${contents.join('')}</ListBucketResult>`
    );
  }

  #idOf(granule: number): string {
    return `MOD09GQ.A2017025.h${String(granule).padStart(9, '0')}.006.2017034065104`;
  }
}
