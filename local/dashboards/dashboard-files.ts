// dashboards: the files that Dashboards imports: each a dashboard with everything in it, index patterns too.

import { ALERT_TRIAGE } from './alert-triage.ts';
import { DUMP_REPORT } from './dump-report.ts';
import { HOST_PROFILE } from './host-profile.ts';
import { HUNTING } from './hunting.ts';
import { INDEX_PATTERNS } from './index-pattern.ts';
import { OVERVIEW } from './overview.ts';
import type { SavedObject } from './saved-object.ts';

/** By the file's name, without its ending. */
export const DASHBOARD_FILES: Readonly<Record<string, readonly SavedObject[]>> = {
  'index-patterns': INDEX_PATTERNS,
  ...Object.fromEntries(
    Object.entries({
      overview: OVERVIEW,
      hunting: HUNTING,
      'alert-triage': ALERT_TRIAGE,
      'dump-report': DUMP_REPORT,
      'host-profile': HOST_PROFILE,
    }).map(([name, objects]) => [name, [...INDEX_PATTERNS, ...objects]]),
  ),
};

/** Every object once, an object before what refers to it. */
export const SAVED_OBJECTS: readonly SavedObject[] = [...new Set(Object.values(DASHBOARD_FILES).flat())];
