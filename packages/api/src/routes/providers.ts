import type { Provider } from '@cumulus/models/schemas';
import { CREDENTIAL_FIELDS } from '@cumulus/models/secrets';
import { HTTPException } from 'hono/http-exception';
import { addRoute, pathParameter } from '../http/http-api.ts';
import { bodyOf, jsonAnswer } from '../http/json.ts';
import { shownProvider } from '../json/without-credentials.ts';
import { MAX_OF_ALL } from '../lists/list-query.ts';
import { withTimestamp } from '../lists/with-timestamp.ts';
import { answers, GIVEN_BACK, jsonBody, objectOf, refTo, TEXT } from '../openapi/schemas.ts';
import { absentFirst } from './absent-first.ts';
import type { AddRoutes } from './add-routes.ts';
import { createOnce } from './create-once.ts';
import { knownFields } from './given-record.ts';
import { addListing, COST_OF_ALL } from './listing.ts';
import { addOneRecord } from './one-record.ts';

const PATH = '/providers/{id}';

export const addProviderRoutes: AddRoutes = (api, { settings, models: { providers } }) => {
  addListing(api, settings.stackName, {
    path: '/providers',
    recordType: 'provider',
    nameField: 'id',
    hidden: CREDENTIAL_FIELDS,
    model: providers,
    maxOfAll: MAX_OF_ALL,
    show: async (records) => records.map((record) => shownProvider(withTimestamp(record))),
    schema: refTo('Provider'),
    cost: COST_OF_ALL,
  });

  addOneRecord(api, PATH, 'provider', async (context) =>
    shownProvider(withTimestamp(await providers.get({ id: pathParameter(context, 'id') }))),
  );

  addRoute(
    api,
    {
      method: 'post',
      path: '/providers',
      summary: 'Add a provider',
      description: 'Fields that no provider has are dropped.',
      requestBody: jsonBody(refTo('NewProvider')),
      responses: answers('The provider is added', objectOf({ message: TEXT, record: refTo('Provider') }), 409),
    },
    async (context) => {
      const body = knownFields('provider', await bodyOf(context));
      const record = await createOnce(() => providers.createFrom(body), 409, `${body['id']}`);
      return jsonAnswer(context, { message: 'Record saved', record: shownProvider(withTimestamp(record)) });
    },
  );

  addRoute(
    api,
    {
      method: 'put',
      path: PATH,
      summary: 'Replace a provider',
      description:
        'If you leave out `username` and `password`, they stay; `null` removes them. Fields that no provider has are dropped. ' +
        GIVEN_BACK,
      requestBody: jsonBody(refTo('NewProvider')),
      responses: answers('The changed provider', refTo('Provider'), 404),
    },
    async (context) => {
      const id = pathParameter(context, 'id');
      const replace = async (): Promise<Provider> => {
        const body = knownFields('provider', await bodyOf(context));
        if (body['id'] !== id) {
          const message = `Expected provider id to be '${id}', but found '${body['id']}' in payload`;
          throw new HTTPException(400, { message });
        }
        const removed = CREDENTIAL_FIELDS.filter((field) => body[field] === null);
        const provider = Object.fromEntries(
          Object.entries(body).filter(([field]) => !removed.some((credential) => credential === field)),
        );
        return providers.replaceFrom(provider, removed);
      };
      const record = await absentFirst(() => providers.get({ id }), replace);
      return jsonAnswer(context, shownProvider(withTimestamp(record)));
    },
  );

  addRoute(
    api,
    {
      method: 'delete',
      path: PATH,
      summary: 'Delete a provider that no rule uses',
      responses: answers('The provider is deleted', objectOf({ message: TEXT }), 409),
    },
    async (context) => {
      await providers.delete({ id: pathParameter(context, 'id') });
      return jsonAnswer(context, { message: 'Record deleted' });
    },
  );
};
