import { HTTPException } from 'hono/http-exception';
import { addRoute, pathParameter } from '../http/http-api.ts';
import { jsonAnswer } from '../http/json.ts';
import { answers, objectOf, TEXT } from '../openapi/schemas.ts';
import type { AddRoutes } from './add-routes.ts';

/** Adds the way from an object in S3 to its granule, which later releases have. */
export const addGranuleOfFileRoute: AddRoutes = (api, { models: { files, granules } }) => {
  addRoute(
    api,
    {
      method: 'get',
      path: '/granules/files/get_collection_and_granule_id/{bucket}/{key}',
      summary: 'Find the granule that a file belongs to',
      description: 'Encode each slash in the key as `%2F`.',
      responses: answers('The granule and its collection', objectOf({ granuleId: TEXT, collectionId: TEXT }), 404),
    },
    async (context) => {
      const [bucket, key] = [pathParameter(context, 'bucket'), pathParameter(context, 'key')];
      const { granuleId } = await files.get({ bucket, key });
      const granule = await granules.find({ granuleId });
      if (granule === undefined)
        throw new HTTPException(404, { message: `The granule of s3://${bucket}/${key} is gone` });
      return jsonAnswer(context, { granuleId, collectionId: granule.collectionId });
    },
  );
};
