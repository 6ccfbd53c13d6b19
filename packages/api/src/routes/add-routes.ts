import type { HttpApi } from '../http/http-api.ts';
import type { Services } from '../services.ts';

/** Adds the routes of one resource to the API. */
export type AddRoutes = (api: HttpApi, services: Services) => void;
