import { PROTECTION_PAGE } from '../auth/own-pages.ts';
import { requirePageLogin } from '../auth/page-login.ts';
import { addRoute } from '../http/http-api.ts';
import { jsonAnswer } from '../http/json.ts';
import { noStore } from '../http/no-store.ts';
import { wantsPage } from '../http/wants-page.ts';
import { queryParameter } from '../openapi/query-parameter.ts';
import { answersToAny, TEXT } from '../openapi/schemas.ts';
import type { AddRoutes } from './add-routes.ts';
import { PROTECTION_REPORT } from './protection-schema.ts';

/** The report of protection: JSON for programs, a page for browsers, which log in for it. */
export const addProtectionRoute: AddRoutes = (api, { auth, protection }) => {
  if (auth !== undefined) api.use(PROTECTION_PAGE, requirePageLogin(auth));
  const { 200: report, ...others } = answersToAny('What protects the deployment', PROTECTION_REPORT);
  addRoute(
    api,
    {
      method: 'get',
      path: PROTECTION_PAGE,
      summary: 'Get what protects the deployment',
      description:
        'The facts that protect each table, judged by the policy of the deployment. A fact that could not be read has `known: false` and never counts ' +
        'as protection. Facts are up to 30 seconds old. A browser gets a page, and is sent to the login first.',
      parameters: [
        queryParameter(
          'token',
          'The token with which a browser comes back from the login. It gets into a cookie of this path alone.',
        ),
      ],
      responses: {
        200: { ...report, content: { ...report?.content, 'text/html': { schema: TEXT } } },
        303: { description: 'A browser: to the login, or back to this page without the token' },
        ...others,
      },
    },
    async (context) => {
      noStore(context);
      context.header('Vary', 'Accept, Authorization, Cookie', { append: true });
      const found = await protection.report();
      if (!wantsPage(context)) return jsonAnswer(context, found);
      const { protectionPage } = await import('../protection/page.ts');
      return context.html(protectionPage(found));
    },
  );
};
