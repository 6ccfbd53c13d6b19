import type { S3Client } from '@aws-sdk/client-s3';

/**
 * The checksum of the parts of an upload, which has to be named when the upload starts: the SDK's, unless it is configured to send
 * none. S3 calculates the checksum of parts that it copies, since requests to copy cannot carry one.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyPartResult.html
 */
export async function checksumOfParts({ config }: S3Client): Promise<'CRC32' | undefined> {
  return (await config.requestChecksumCalculation()) === 'WHEN_SUPPORTED' ? 'CRC32' : undefined;
}
