import type { S3Client } from '@aws-sdk/client-s3';

/**
 * The checksum that the parts of an upload have, which it has to be begun by: the SDK's, unless it is configured to send none. S3 reckons
 * that of parts which it copies, for which no request can carry one.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyPartResult.html
 */
export async function checksumOfParts({ config }: S3Client): Promise<'CRC32' | undefined> {
  return (await config.requestChecksumCalculation()) === 'WHEN_SUPPORTED' ? 'CRC32' : undefined;
}
