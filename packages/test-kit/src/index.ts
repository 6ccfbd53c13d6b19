export { describeUnless } from './describe-unless.ts';
export { describeWithMoto } from './describe-with-moto.ts';
export { onDynamoDBLocal } from './on-dynamodb-local.ts';
export { type OwnBucket, ownBucket, type StoredObject } from './own-bucket.ts';
export { ownFolder } from './own-folder.ts';
export { type OwnMoto, ownMoto, takeMoto, whyNoMoto } from './own-moto.ts';
export { putSampleRecords } from './sample-records.ts';
export { sizeOf } from './size.ts';
