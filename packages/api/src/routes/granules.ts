import { deconstructCollectionId, type Granule } from '@cumulus/models/schemas';
import { HTTPException } from 'hono/http-exception';
import { deleteWithFiles } from '../granules/delete-with-files.ts';
import { moveGranule } from '../granules/move-granule.ts';
import { removeFromCmr } from '../granules/remove-from-cmr.ts';
import { addRoute, pathParameter, type RequestContext } from '../http/http-api.ts';
import { bodyOf, jsonAnswer } from '../http/json.ts';
import { answers, objectOf, refTo, TEXT } from '../openapi/schemas.ts';
import type { Services } from '../services.ts';
import { absentFirst } from './absent-first.ts';
import type { AddRoutes } from './add-routes.ts';
import { bulkBody, parseBulkBody } from './bulk-body.ts';
import { ACTION_BODY, type GranuleAction, parseAction } from './granule-action.ts';
import { addListing, COST_OF_NEWEST } from './listing.ts';
import { addOneRecord } from './one-record.ts';
import { STARTED, startBulk } from './start-bulk.ts';

/** Later releases of the clients name the collection too. A granule's id is unique here without it. */
const PATHS = ['/granules/{granuleId}', '/granules/{collectionId}/{granuleId}'] as const;

const BULK_DESCRIPTION =
  'Give the granules as `ids`, as `granules`, or as `query` and `index`. If some of them fail, all others are done all the same: the operation ' +
  'is `TASK_FAILED`, and its `output` names those that failed.';

export const addGranuleRoutes: AddRoutes = (api, services) => {
  const {
    settings,
    target,
    models: { granules },
  } = services;
  /** Where files are; a deployment on this machine may have no S3. */
  const filesIn = services.systemObjects === undefined ? undefined : services.clients;
  addListing(api, settings.stackName, {
    path: '/granules',
    recordType: 'granule',
    nameField: 'granuleId',
    model: granules,
    schema: refTo('Granule'),
    cost: COST_OF_NEWEST,
  });

  /** The granule that a path names. @throws HTTPException 404 if it is another collection's */
  async function granuleOf(context: RequestContext): Promise<Granule> {
    const granule = await granules.get({ granuleId: pathParameter(context, 'granuleId') });
    requireCollection(granule, context);
    return granule;
  }

  const bulk = (path: string, action: Parameters<typeof parseBulkBody>[0], summary: string): void =>
    addRoute(
      api,
      {
        ...{ method: 'post', path, summary, description: BULK_DESCRIPTION },
        ...{ requestBody: bulkBody(action), responses: STARTED },
      },
      async (context) => startBulk(context, parseBulkBody(action, await bodyOf(context)), services),
    );
  bulk('/granules/bulk', 'applyWorkflow', 'Start a workflow on many granules');
  bulk('/granules/bulkReingest', 'reingest', 'Ingest many granules again');
  bulk('/granules/bulkDelete', 'delete', 'Delete many granules, with their files in S3');

  for (const path of PATHS) addOneRecord(api, path, 'granule', granuleOf);

  // Later releases of the clients send PATCH.
  for (const [method, path] of PATHS.flatMap((path) => [['put', path] as const, ['patch', path] as const])) {
    addRoute(
      api,
      {
        method,
        path,
        summary: 'Move a granule, start a workflow on it, or remove it from CMR',
        description:
          'A field that the action does not take is a 400. The actions `reingest` and `applyWorkflow` start a workflow. The actions `move` and ' +
          '`removeFromCmr` are done when the answer comes. If one of these is interrupted, send it again.',
        requestBody: ACTION_BODY,
        responses: answers(
          'The action is done, or its workflow has started',
          objectOf({ granuleId: TEXT, action: TEXT, status: TEXT, warning: TEXT }, ['warning']),
          404,
          409,
          501,
          502,
        ),
      },
      async (context) => {
        const readAction = async (): Promise<GranuleAction> => parseAction(await bodyOf(context));
        const wanted = await absentFirst(() => granuleOf(context), readAction);
        const granule = await granuleOf(context);
        const { granuleId } = granule;
        if (wanted.action === 'reingest') {
          const { action, choices, ...origin } = wanted;
          await services.workflows.reingest(granule, origin, choices);
          const warning = await reingestWarning(granule, services);
          return jsonAnswer(context, { granuleId, action, status: 'SUCCESS', warning });
        }
        if (wanted.action === 'applyWorkflow') {
          const { workflow, choices } = wanted;
          await services.workflows.applyWorkflow(granule, workflow, choices);
          return jsonAnswer(context, { granuleId, action: `applyWorkflow ${workflow}`, status: 'SUCCESS' });
        }
        const { granuleServices } = services;
        if (wanted.action === 'removeFromCmr') await removeFromCmr(granule, granuleServices);
        else await moveGranule(() => granuleOf(context), wanted.destinations, granuleServices);
        return jsonAnswer(context, { granuleId, action: wanted.action, status: 'SUCCESS' });
      },
    );
  }

  for (const path of PATHS) {
    addRoute(
      api,
      {
        method: 'delete',
        path,
        summary: 'Delete a granule that is not published, with its files in S3',
        description: 'A file that another granule lists too stays. If the request is interrupted, send it again.',
        responses: answers(
          'The granule is deleted',
          objectOf({ detail: TEXT }),
          ...(path === PATHS[0] ? [] : [404]),
          501,
        ),
      },
      async (context) => {
        const granuleId = pathParameter(context, 'granuleId');
        if (path !== PATHS[0]) {
          const granule = await granules.find({ granuleId });
          if (granule !== undefined) requireCollection(granule, context);
        }
        const outcome = await deleteWithFiles(target, granuleId, filesIn);
        if (outcome === 'absent') throw new HTTPException(400, { message: 'No record found' });
        if (outcome === 'published') {
          throw new HTTPException(400, {
            message: 'You cannot delete a granule that is published to CMR. Remove it from CMR first',
          });
        }
        return jsonAnswer(context, { detail: 'Record deleted' });
      },
    );
  }
};

function requireCollection({ granuleId, collectionId }: Granule, context: RequestContext): void {
  const wanted = pathParameter(context, 'collectionId');
  if (wanted === '' || wanted === collectionId) return;
  throw new HTTPException(404, {
    message: `The granule '${granuleId}' is of the collection '${collectionId}', not of '${wanted}'`,
  });
}

async function reingestWarning(
  { collectionId }: Granule,
  { models: { collections } }: Services,
): Promise<string | undefined> {
  const key = deconstructCollectionId(collectionId);
  const collection = key === undefined ? undefined : await collections.find(key);
  return collection?.duplicateHandling === 'replace' ? undefined : 'The granule files may be overwritten';
}
