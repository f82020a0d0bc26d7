// The application: the edge, its documentation, and every route.
import { Artifact } from '../domain/artifact/artifact.ts';
import { ReportedArtifact } from '../domain/gate/compliance-report.ts';
import { CompliantArtifact, LackingArtifact } from '../domain/gate/release-gate-result.ts';
import { DisclosurePack } from '../domain/pack/disclosure-pack.ts';
import { PERMISSIONS } from '../domain/permission.ts';
import { Run } from '../domain/run/run.ts';
import { type AppNeeds, type AppSettings, httpApp } from '../http/app.ts';
import { requirePermissions } from '../http/route-permissions.ts';
import { type Feature, maestro } from '../maestro.ts';
import { docs } from '../openapi/docs.ts';
import { type HealthRoutes, health } from '../routes/health.ts';
import { type HomeRoutes, home } from '../routes/home.ts';
import { VERSION, type VersionRoutes, version } from '../routes/version.ts';

/** The schemas of rows, which stores hand out frozen, and of what the gate says of frozen rows. */
export const ROW_SCHEMAS = [Run, Artifact, DisclosurePack, CompliantArtifact, LackingArtifact, ReportedArtifact];

/** What the application needs in addition to the routes of capabilities. */
export type Needs = AppNeeds & HealthRoutes & HomeRoutes & VersionRoutes & Parameters<typeof maestro>[0];

/**
 * The whole server without its sockets. `app.listen` or `listen.ts` opens those; `app.inject` needs
 * none.
 */
export async function buildApp<All extends Needs>(
  needs: All,
  features: readonly Feature<All>[],
  settings: AppSettings,
) {
  const app = httpApp(needs, settings, ROW_SCHEMAS);
  requirePermissions(app, Object.keys(PERMISSIONS));
  docs(app, { publicUrl: needs.publicUrl, version: VERSION });
  await app.register(health(needs));
  await app.register(version(needs));
  await app.register(home(needs));
  await app.register(maestro(needs, features), { prefix: '/maestro' });
  return app;
}
