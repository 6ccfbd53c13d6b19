import { basename } from 'node:path/posix';
import { createS3Client } from '../../aws/client.ts';
import type { S3Access } from '../folder.ts';
import { formatS3Url, parseS3Url, type S3Location, sibling } from '../s3-url.ts';
import { S3Objects } from './objects.ts';

/** The objects right under a prefix whose names are wanted. */
export async function listS3Files(
  url: string,
  isWanted: (name: string) => boolean,
  s3: S3Access = createS3Client,
): Promise<readonly string[]> {
  const objects = new S3Objects(await s3());
  const listed = await objects.list(folderOf(url));
  return listed.filter(({ key }) => isWanted(basename(key))).map(formatS3Url);
}

/** A prefix as the folder that people take it for: what keys in it begin with. */
export function folderOf(url: string): S3Location {
  const location = parseS3Url(url);
  const key = location.key.replace(/\/+$/, '');
  return sibling(location, key === '' ? '' : `${key}/`);
}
