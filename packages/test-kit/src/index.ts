export { CmrServer } from './cmr/cmr-server.ts';
export { describeWithMoto } from './moto/describe-with-moto.ts';
export { type OwnBucket, ownBucket, type StoredObject } from './moto/own-bucket.ts';
export { type OwnMoto, ownMoto, whyNoMoto } from './moto/own-moto.ts';
export { putSampleRecords } from './moto/sample-records.ts';
export { describeUnless } from './needs/describe-unless.ts';
export { onDynamoDBLocal, whyNoDynamoDBLocal } from './needs/on-dynamodb-local.ts';
export { ownFolder } from './own-folder.ts';
export { sizeOf } from './size.ts';
