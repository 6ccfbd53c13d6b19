import { isObject } from '@cumulus/dynamodb/aws';
import type { CumulusMessage } from './cumulus-message.ts';
import { granuleFileOf } from './granule-file.ts';
import { textOf } from './json.ts';

/** What a granule's metadata file for CMR is written in. */
export type MetadataFormat = 'echo10' | 'umm-g';

const ENDINGS: readonly (readonly [ending: string, format: MetadataFormat])[] = [
  ['cmr.xml', 'echo10'],
  ['cmr.json', 'umm-g'],
];

/**
 * The format of a granule's metadata file for CMR, by the end of its name or key, as in all releases.
 * @returns undefined for any other file
 *
 * @example
 * ```ts
 * import { metadataFormatOf } from '@cumulus/models/messages';
 *
 * metadataFormatOf('MOD09GQ.A2017025.h21v00.006.cmr.xml'); // 'echo10'
 * ```
 */
export function metadataFormatOf(name: string | undefined): MetadataFormat | undefined {
  return ENDINGS.find(([ending]) => name?.endsWith(ending))?.[1];
}

/** Where a granule of a message has its metadata file. */
export interface GranuleMetadataFile {
  /** The granule's place in `payload.granules`, from 0. */
  readonly index: number;
  readonly granuleId: string | undefined;
  readonly bucket: string;
  readonly key: string;
  readonly format: MetadataFormat;
}

/**
 * The metadata files for CMR that the granules of a message list, the first one of each granule.
 *
 * @example
 * ```ts
 * import { metadataFilesOf, parseMessage } from '@cumulus/models/messages';
 *
 * declare const output: string;
 * for (const { bucket, key } of metadataFilesOf(parseMessage(JSON.parse(output)))) console.log(`s3://${bucket}/${key}`);
 * ```
 */
export function metadataFilesOf({ payload }: CumulusMessage): readonly GranuleMetadataFile[] {
  const granules: unknown = isObject(payload) ? payload['granules'] : undefined;
  if (!Array.isArray(granules)) return [];
  return (granules as readonly unknown[]).flatMap((granule, index): readonly GranuleMetadataFile[] => {
    const files: unknown = isObject(granule) ? granule['files'] : undefined;
    if (!isObject(granule) || !Array.isArray(files)) return [];
    for (const file of files as readonly unknown[]) {
      const { bucket, key } = isObject(file) ? granuleFileOf(file, undefined) : {};
      const format = metadataFormatOf(key);
      if (bucket && key && format) return [{ index, granuleId: textOf(granule['granuleId']), bucket, key, format }];
    }
    return [];
  });
}
