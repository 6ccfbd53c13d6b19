import { type Provider, RecordAlreadyExistsError } from '@cumulus/models';
import { HTTPException } from 'hono/http-exception';
import { bodyOf, jsonAnswer } from '../answers/json.ts';
import { answers, CREDENTIALS, jsonBody, objectOf, refTo, TEXT } from '../answers/schemas.ts';
import { type AddRoutes, addRoute, pathParameter } from '../http-api.ts';
import { addListing, COST_OF_ALL } from './listing.ts';
import { addOneRecord } from './one-record.ts';

const PATH = '/providers/{id}';

export const addProviderRoutes: AddRoutes = (api, { settings, models: { providers } }) => {
  addListing<Provider>(api, settings.stackName, {
    path: '/providers',
    recordType: 'provider',
    nameField: 'id',
    hidden: CREDENTIALS,
    mostOnPage: 100,
    search: (options) => providers.search(options),
    show: async (records) => records.map(withoutCredentials),
    cost: COST_OF_ALL,
  });

  addOneRecord(api, PATH, 'provider', async (context) =>
    withoutCredentials(await providers.get({ id: pathParameter(context, 'id') })),
  );

  addRoute(
    api,
    {
      method: 'post',
      path: '/providers',
      summary: 'Add a provider',
      request: { body: jsonBody(refTo('NewProvider')) },
      responses: answers('It was added', objectOf({ message: TEXT, record: refTo('Provider') }), 409),
    },
    async (context) => {
      const body = await bodyOf(context);
      try {
        const record = withoutCredentials(await providers.create(body as never));
        return jsonAnswer(context, { message: 'Record saved', record });
      } catch (error) {
        if (!(error instanceof RecordAlreadyExistsError)) throw error;
        throw new HTTPException(409, { message: `A record already exists for ${body['id']}`, cause: error });
      }
    },
  );

  addRoute(
    api,
    {
      method: 'put',
      path: PATH,
      summary: 'Replace a provider',
      description: '`username` and `password` that are left out stay; null removes them.',
      request: { body: jsonBody(refTo('NewProvider')) },
      responses: answers('The provider as it is then', refTo('Provider'), 404),
    },
    async (context) => {
      const id = pathParameter(context, 'id');
      const body = await bodyOf(context);
      if (body['id'] !== id) {
        const message = `Expected provider id to be '${id}', but found '${body['id']}' in payload`;
        throw new HTTPException(400, { message });
      }
      const removed = CREDENTIALS.filter((field) => body[field] === null);
      const provider = Object.fromEntries(
        Object.entries(body).filter(([field]) => !removed.some((credential) => credential === field)),
      );
      return jsonAnswer(context, withoutCredentials(await providers.replace(provider as never, removed)));
    },
  );

  addRoute(
    api,
    {
      method: 'delete',
      path: PATH,
      summary: 'Delete a provider that no rule names',
      responses: answers('It is gone', objectOf({ message: TEXT }), 409),
    },
    async (context) => {
      await providers.delete({ id: pathParameter(context, 'id') });
      return jsonAnswer(context, { message: 'Record deleted' });
    },
  );
};

/** Not even encrypted ones are shown. */
function withoutCredentials(provider: Provider): object {
  const { username: _username, password: _password, ...shown } = provider;
  return shown;
}
