import { bodyLimit } from 'hono/body-limit';
import { cors } from 'hono/cors';
import { HTTPException } from 'hono/http-exception';
import { secureHeaders } from 'hono/secure-headers';
import { isProtectionPage } from './auth/own-pages.ts';
import { requireLogin } from './auth/require-login.ts';
import { addTokenRoutes } from './auth/token-routes.ts';
import { once } from './aws/clients.ts';
import { errorAnswer, RETRY_AFTER } from './http/error-answer.ts';
import { HttpApi } from './http/http-api.ts';
import { limitRequests } from './http/limit-requests.ts';
import { logRequests } from './http/log-requests.ts';
import { addDescription } from './openapi/add-description.ts';
import { DOCS_POLICY, isOfDocs } from './openapi/docs-page.ts';
import type { AddRoutes } from './routes/add-routes.ts';
import { addAsyncOperationRoutes } from './routes/async-operations.ts';
import { addCollectionRoutes } from './routes/collections.ts';
import { addDeploymentRoutes, addVersionRoute } from './routes/deployment.ts';
import { addExecutionStatusRoute } from './routes/execution-status.ts';
import { addExecutionRoutes } from './routes/executions.ts';
import { addGranuleCsvRoute } from './routes/granule-csv.ts';
import { addGranuleOfFileRoute } from './routes/granule-of-file.ts';
import { addGranuleRoutes } from './routes/granules.ts';
import { addLogRoutes } from './routes/logs.ts';
import { addPdrRoutes } from './routes/pdrs.ts';
import { addProtectionRoute } from './routes/protection.ts';
import { addProviderRoutes } from './routes/providers.ts';
import { addReconciliationReportRoutes } from './routes/reconciliation-reports.ts';
import { addRuleRoutes } from './routes/rules.ts';
import { addStatsRoutes } from './routes/stats.ts';
import { addWorkflowRoutes } from './routes/workflows.ts';
import type { Services } from './services.ts';

/** The largest body that is taken, in bytes: more than a record of DynamoDB's 400 KB can need. */
const MAX_BODY_BYTES = 1_000_000;

/** The headers that dashboards send, of which browsers ask whether they may. */
const DASHBOARD_HEADERS = [
  'Authorization',
  'Content-Type',
  'Cumulus-API-Version',
  'Accept',
  'Cache-Control',
  'X-Requested-With',
] as const;

/** What needs a login. */
const PROTECTED: readonly AddRoutes[] = [
  addCollectionRoutes,
  addProviderRoutes,
  addRuleRoutes,
  // Before the execution of an ARN, for which "status" would be taken.
  addExecutionStatusRoute,
  addExecutionRoutes,
  addGranuleRoutes,
  addGranuleCsvRoute,
  addGranuleOfFileRoute,
  addPdrRoutes,
  addAsyncOperationRoutes,
  addStatsRoutes,
  addWorkflowRoutes,
  addLogRoutes,
  addReconciliationReportRoutes,
  addDeploymentRoutes,
];

/**
 * The whole API: its routes at the root and under `/v1`, with all that goes around a request.
 * @param maxRequests how many requests are in progress at once; any number unless given, as on Lambda, where it is one
 */
export function createApp(services: Services, maxRequests = Number.POSITIVE_INFINITY): HttpApi {
  const { auth, settings, requestLog } = services;
  // Not strict: clients end some paths with a slash.
  const app = new HttpApi({ strict: false });
  app.use(logRequests(requestLog));
  const crossOriginResourcePolicy = settings.dashboardOrigins.length > 0 ? 'cross-origin' : 'same-origin';
  const headersOfDocs = secureHeaders({ contentSecurityPolicy: DOCS_POLICY, crossOriginResourcePolicy });
  const headers = secureHeaders({
    // Answers load and run nothing.
    contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    crossOriginResourcePolicy,
  });
  const headersOfPage = once(async () => {
    const { PAGE_POLICY } = await import('./protection/page.ts');
    return secureHeaders({ contentSecurityPolicy: PAGE_POLICY, crossOriginResourcePolicy });
  });
  app.use(async (context, next) => {
    const { path } = context.req;
    if (isOfDocs(path)) return headersOfDocs(context, next);
    return (isProtectionPage(path) ? await headersOfPage() : headers)(context, next);
  });
  app.use(
    cors({
      origin: [...settings.dashboardOrigins],
      allowHeaders: [...DASHBOARD_HEADERS],
      exposeHeaders: ['X-Request-Id', 'Retry-After'],
      maxAge: 600,
    }),
  );
  app.use(limitRequests(maxRequests));
  app.use(
    bodyLimit({
      maxSize: MAX_BODY_BYTES,
      onError: () => {
        throw new HTTPException(413, { message: `The body is larger than ${MAX_BODY_BYTES} bytes.` });
      },
    }),
  );
  const api = routes(services);
  addDescription(app, api, auth !== undefined);
  // First the longer path: the login of the root's routes would stand before the open ones of /v1.
  app.route('/v1', api);
  app.route('/', api);
  app.notFound(() => {
    throw new HTTPException(404, { message: 'There is no such route.' });
  });
  app.onError((error, context) => {
    const answer = errorAnswer(error);
    if (answer.statusCode === 503) context.header('Retry-After', String(RETRY_AFTER));
    if (answer.statusCode === 401) context.header('WWW-Authenticate', 'Bearer');
    return context.json(answer, answer.statusCode as 500);
  });
  return app;
}

function routes(services: Services): HttpApi {
  const { auth } = services;
  const api = new HttpApi({ strict: false });
  addVersionRoute(api, services);
  if (auth !== undefined) addTokenRoutes(api, auth);
  // Before the login of all others: a browser has another.
  addProtectionRoute(api, services);
  if (auth !== undefined) api.use(requireLogin(auth));
  for (const add of PROTECTED) add(api, services);
  return api;
}
