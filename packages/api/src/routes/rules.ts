import { isObject } from '@cumulus/dynamodb/aws';
import type { Rule } from '@cumulus/models/schemas';
import { HTTPException } from 'hono/http-exception';
import { addRoute, pathParameter, type RequestContext } from '../http/http-api.ts';
import { bodyOf, jsonAnswer } from '../http/json.ts';
import { MAX_OF_ALL } from '../lists/list-query.ts';
import { withTimestamp } from '../lists/with-timestamp.ts';
import { answers, GIVEN_BACK, jsonBody, objectOf, refTo, TEXT } from '../openapi/schemas.ts';
import { mergeMeta } from '../workflows/merge-meta.ts';
import { absentFirst } from './absent-first.ts';
import type { AddRoutes } from './add-routes.ts';
import { createOnce } from './create-once.ts';
import { clearedFields, givenRecord, knownFields, withoutFields } from './given-record.ts';
import { addListing, COST_OF_ALL } from './listing.ts';
import { addOneRecord } from './one-record.ts';

const PATH = '/rules/{name}';

export const addRuleRoutes: AddRoutes = (api, { settings, models, rules }) => {
  addListing(api, settings.stackName, {
    path: '/rules',
    recordType: 'rule',
    nameField: 'name',
    model: models.rules,
    maxOfAll: MAX_OF_ALL,
    show: async (records) => records.map(withTimestamp),
    schema: refTo('Rule'),
    cost: COST_OF_ALL,
  });

  addOneRecord(api, PATH, 'rule', async (context) =>
    withTimestamp(await models.rules.get({ name: pathParameter(context, 'name') })),
  );

  addRoute(
    api,
    {
      method: 'post',
      path: '/rules',
      summary: 'Add a rule',
      description:
        'A `onetime` rule that is `ENABLED` starts its workflow at once. For any other type, the API creates in AWS what starts the workflow: a ' +
        'schedule, event source mappings or a subscription.',
      requestBody: jsonBody(refTo('NewRule')),
      responses: answers('The rule is added', objectOf({ message: TEXT, record: refTo('Rule') }), 404, 409, 501),
    },
    async (context) => {
      const body = withoutCleared(givenRecord(await bodyOf(context)));
      const record = await createOnce(() => rules.create(body), 409, `${body['name']}`);
      return jsonAnswer(context, { message: 'Record saved', record: withTimestamp(record) });
    },
  );

  addRoute(
    api,
    {
      method: 'put',
      path: PATH,
      summary: 'Replace a rule, or start it again',
      description: `\`action: "rerun"\` starts the workflow of the rule, and changes nothing. An empty text is a field left out. ${GIVEN_BACK}`,
      requestBody: jsonBody({ anyOf: [refTo('NewRule'), RERUN] }),
      responses: answers('The changed rule', refTo('Rule'), 404, 409, 501),
    },
    (context) =>
      changeRule(context, async (name, body) => {
        if (body['name'] === undefined) {
          throw new HTTPException(400, { message: `Expected rule name to be '${name}', but found none in payload` });
        }
        return rules.replace(withoutCleared(body));
      }),
  );

  addRoute(
    api,
    {
      method: 'patch',
      path: PATH,
      summary: 'Change fields of a rule, or start it again',
      description:
        'Changes only the fields that you give, within `meta`, `rule` and `collection` too; `null` or an empty text removes a field. ' +
        '`action: "rerun"` starts the workflow of the rule, and changes nothing.',
      requestBody: jsonBody({ anyOf: [{ type: 'object' }, RERUN] }),
      responses: answers('The changed rule', refTo('Rule'), 404, 409, 501),
    },
    (context) => changeRule(context, patchRule),
  );

  addRoute(
    api,
    {
      method: 'delete',
      path: PATH,
      summary: 'Delete a rule',
      responses: answers('The rule is deleted, with what started its workflow', objectOf({ message: TEXT }), 404, 501),
    },
    async (context) => {
      const name = pathParameter(context, 'name');
      await rules.delete(name);
      return jsonAnswer(context, { message: 'Record deleted' });
    },
  );

  async function changeRule(
    context: RequestContext,
    change: (name: string, body: Fields) => Promise<Rule>,
  ): Promise<Response> {
    const name = pathParameter(context, 'name');
    const changed = async (): Promise<Rule> => {
      const { action, ...body } = givenRecord(await bodyOf(context));
      if (body['name'] !== undefined && body['name'] !== name) {
        const message = `Expected rule name to be '${name}', but found '${body['name']}' in payload`;
        throw new HTTPException(400, { message });
      }
      if (action === undefined) return change(name, body);
      if (action !== 'rerun')
        throw new HTTPException(400, { message: `A rule has no action "${action}", only rerun.` });
      return rerun(await models.rules.get({ name }), body);
    };
    return jsonAnswer(context, withTimestamp(await absentFirst(() => models.rules.get({ name }), changed)));
  }

  /**
   * Starts a rule as it is. Clients send all of it with the action; what no rule has was meant to change what is started.
   * @throws HTTPException 400
   */
  async function rerun(rule: Rule, body: Fields): Promise<Rule> {
    const known = { ...rule, ...knownFields('rule', body) };
    const unknown = Object.keys(body).filter((field) => !Object.hasOwn(known, field));
    if (unknown.length > 0)
      throw new HTTPException(400, {
        message: `The action rerun starts the rule as it is: it takes no ${unknown.join(', ')}.`,
      });
    await rules.start(rule);
    return rule;
  }

  async function patchRule(name: string, body: Fields): Promise<Rule> {
    const nulls = Object.keys(body).filter((field) => body[field] === null);
    const removed = [...nulls, ...clearedFields('rule', body)];
    // Clients send the times that they were shown, which may no longer be the rule's.
    const given = Object.entries(body).filter(
      ([field]) => !removed.includes(field) && field !== 'createdAt' && field !== 'updatedAt',
    );
    const merged = (rule: Fields): Fields =>
      Object.fromEntries(given.map(([field, value]) => [field, mergedField(rule[field], value)]));
    return rules.modify(name, (rule) => merged({ ...rule }), removed);
  }
};

type Fields = { readonly [field: string]: unknown };

function withoutCleared(body: Fields): Fields {
  return withoutFields(body, clearedFields('rule', body));
}

/** Objects within a rule are changed by field too, as later releases do it. */
function mergedField(present: unknown, given: unknown): unknown {
  return isObject(present) && isObject(given) ? mergeMeta(present, given) : given;
}

const RERUN = objectOf({ action: { type: 'string', const: 'rerun' } });
