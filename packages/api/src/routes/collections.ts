import { type Collection, type CollectionKey, constructCollectionId } from '@cumulus/models/schemas';
import { HTTPException } from 'hono/http-exception';
import { addRoute, pathParameter, type RequestContext } from '../http/http-api.ts';
import { bodyOf, jsonAnswer } from '../http/json.ts';
import { searchActiveCollections } from '../lists/active-collections.ts';
import { MAX_OF_ALL } from '../lists/list-query.ts';
import { withTimestamp } from '../lists/with-timestamp.ts';
import { answers, GIVEN_BACK, jsonBody, objectOf, refTo, TEXT } from '../openapi/schemas.ts';
import { collectionStats } from '../stats/collection-stats.ts';
import { absentFirst } from './absent-first.ts';
import type { AddRoutes } from './add-routes.ts';
import { COLLECTION_ACTION, parseCollectionAction } from './bulk-body.ts';
import { createOnce } from './create-once.ts';
import { givenRecord } from './given-record.ts';
import { addListing, COST_OF_ALL, type Listing } from './listing.ts';
import { addOneRecord } from './one-record.ts';
import { STARTED, startBulk } from './start-bulk.ts';

const PATH = '/collections/{name}/{version}';

const WITH_CONFIGURATION = 'Also writes its configuration to S3, where workflows read it.';

export const addCollectionRoutes: AddRoutes = (api, services) => {
  const {
    settings,
    collectionWriter,
    models: { collections },
  } = services;
  const listed: Omit<Listing<Collection>, 'path' | 'model' | 'cost'> = {
    recordType: 'collection',
    nameField: 'name',
    maxOnPage: 50,
    maxOfAll: MAX_OF_ALL,
    show: async (records, { includeStats }) => {
      if (!includeStats) return records.map(withTimestamp);
      const stats = await collectionStats(records, services);
      return records.map((record, index) => ({ ...withTimestamp(record), stats: stats[index] }));
    },
    schema: refTo('Collection'),
  };
  addListing(api, settings.stackName, { ...listed, path: '/collections', model: collections, cost: COST_OF_ALL });
  addListing(api, settings.stackName, {
    ...listed,
    path: '/collections/active',
    model: { search: (options) => searchActiveCollections(options, services.models) },
    summary: 'List collections with granules that were updated in a period',
    cost:
      'Filters by `timestamp`, `createdAt`, `updatedAt` and `granuleId` apply to the granules, all others to the collections. ' +
      'If the search takes longer than two seconds, `meta.complete` is false and collections can be missing.',
  });

  addOneRecord(api, PATH, 'collection', async (context) => withTimestamp(await collections.get(keyOf(context))));

  addRoute(
    api,
    {
      method: 'post',
      path: '/collections',
      summary: 'Add a collection',
      requestBody: jsonBody(refTo('NewCollection')),
      description: WITH_CONFIGURATION,
      responses: answers('The collection is added', objectOf({ message: TEXT, record: refTo('Collection') }), 404, 501),
    },
    async (context) => {
      const body = givenRecord(await bodyOf(context));
      const { name, version } = body;
      if (!name || !version) throw new HTTPException(404, { message: 'Field name and/or version is missing' });
      // Of another type than text they are refused by the model.
      const given = { ...body, name: name as string, version: version as string };
      const record = await createOnce(() => collectionWriter.create(given), 400, `${name} version: ${version}`);
      return jsonAnswer(context, { message: 'Record saved', record: withTimestamp(record) });
    },
  );

  addRoute(
    api,
    {
      method: 'put',
      path: PATH,
      summary: 'Replace a collection',
      description:
        `${GIVEN_BACK} ${WITH_CONFIGURATION} With \`action\`, the collection does not change. Instead an operation does the ` +
        'action with each of its granules (`removeFromCmr`: with each that is published).',
      requestBody: jsonBody({ anyOf: [refTo('NewCollection'), COLLECTION_ACTION] }),
      responses: {
        ...STARTED,
        ...answers('The changed collection', refTo('Collection'), 404, 501),
      },
    },
    async (context) => {
      const { name, version } = keyOf(context);
      const find = (): Promise<Collection> => collections.get({ name, version });
      const given = await absentFirst(find, () => bodyOf(context));
      if (given['action'] !== undefined) {
        await find();
        return startBulk(context, parseCollectionAction(given, constructCollectionId({ name, version })), services);
      }
      const replace = async (): Promise<Collection> => {
        const body = givenRecord(given);
        if (body['name'] === name && body['version'] === version) {
          return collectionWriter.replace({ ...body, name, version });
        }
        throw new HTTPException(400, {
          message:
            `Expected collection name and version to be '${name}' and '${version}', respectively, ` +
            `but found '${body['name']}' and '${body['version']}' in payload`,
        });
      };
      const record = await absentFirst(find, replace);
      return jsonAnswer(context, withTimestamp(record));
    },
  );

  addRoute(
    api,
    {
      method: 'delete',
      path: PATH,
      summary: 'Delete a collection that no rule uses',
      description: 'Also deletes its configuration in S3, which workflows read.',
      responses: answers('The collection is deleted', objectOf({ message: TEXT }), 409, 501),
    },
    async (context) => {
      await collectionWriter.delete(keyOf(context));
      return jsonAnswer(context, { message: 'Record deleted' });
    },
  );
};

function keyOf(context: RequestContext): CollectionKey {
  return { name: pathParameter(context, 'name'), version: pathParameter(context, 'version') };
}
