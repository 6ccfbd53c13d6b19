import { HTTPException } from 'hono/http-exception';
import { addRoute, pathParameter } from '../http/http-api.ts';
import { jsonAnswer } from '../http/json.ts';
import { answers, objectOf, refTo, TEXT } from '../openapi/schemas.ts';
import type { AddRoutes } from './add-routes.ts';
import { addListing, COST_OF_NEWEST } from './listing.ts';
import { addOneRecord } from './one-record.ts';

const PATH = '/pdrs/{pdrName}';

export const addPdrRoutes: AddRoutes = (api, { settings, systemObjects, models: { pdrs } }) => {
  addListing(api, settings.stackName, {
    path: '/pdrs',
    recordType: 'pdr',
    nameField: 'pdrName',
    model: pdrs,
    // Columns of the dashboards' tables.
    columns: {
      granules: 'stats.total',
      processing: 'stats.processing',
      completed: 'stats.completed',
      failed: 'stats.failed',
      errors: 'stats.failed',
      updated: 'timestamp',
    },
    schema: refTo('Pdr'),
    cost: COST_OF_NEWEST,
  });

  addOneRecord(api, PATH, 'pdr', (context) => pdrs.get({ pdrName: pathParameter(context, 'pdrName') }));

  addRoute(
    api,
    {
      method: 'delete',
      path: PATH,
      summary: 'Delete a PDR',
      description: 'Also deletes its file in the system bucket.',
      responses: answers('The PDR is deleted', objectOf({ detail: TEXT }), 501),
    },
    async (context) => {
      const pdrName = pathParameter(context, 'pdrName');
      // First the file: if the record cannot be deleted then, the same request finds it.
      const file = systemObjects?.at(`pdrs/${pdrName}`);
      if (file !== undefined) await systemObjects?.ask((objects) => objects.remove(file));
      const isGone = await pdrs.delete({ pdrName });
      if (!isGone) throw new HTTPException(400, { message: 'No record found' });
      return jsonAnswer(context, { detail: 'Record deleted' });
    },
  );
};
