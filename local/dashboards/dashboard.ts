// dashboards: saved searches, and dashboards as rows of panels.

import { lucene, type SavedObject, savedObject, searchSource, type ViewedKind } from './saved-object.ts';

export interface SavedSearch {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly kind: ViewedKind;
  readonly query: string;
  readonly columns: readonly string[];
  /** Field, largest first; absent: the latest first. */
  readonly largest?: string;
}

export function savedSearch({ id, title, about, kind, query, columns, largest }: SavedSearch): SavedObject {
  const { attributes, references } = searchSource(kind, query, { highlightAll: true, version: true });
  return savedObject(
    'search',
    id,
    {
      ...{ title, description: about, hits: 0, columns, version: 1 },
      sort: [[largest ?? '@timestamp', 'desc']],
      ...attributes,
    },
    references,
  );
}

/** Width of a dashboard in its own unit. */
const COLUMNS = 48;

/** One beside the other, each as wide as the row has room for, or as it says. */
export interface PanelRow {
  readonly height: number;
  readonly panels: readonly (SavedObject | { readonly panel: SavedObject; readonly width: number })[];
}

export interface DashboardPlan {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly rows: readonly PanelRow[];
}

interface Placed {
  readonly panel: SavedObject;
  readonly grid: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
}

function placeRow({ height, panels }: PanelRow, y: number): readonly Placed[] {
  const asked = panels.map((each) => ('panel' in each ? each : { panel: each, width: 0 }));
  const free = COLUMNS - asked.reduce((sum, { width }) => sum + width, 0);
  const share = Math.floor(free / asked.filter(({ width }) => width === 0).length);
  let x = 0;
  return asked.map(({ panel, width }) => {
    const w = width === 0 ? share : width;
    x += w;
    return { panel, grid: { x: x - w, y, w, h: height } };
  });
}

function placeRows(rows: readonly PanelRow[]): readonly Placed[] {
  let y = 0;
  return rows.flatMap((row) => {
    y += row.height;
    return placeRow(row, y - row.height);
  });
}

/** Dumps are of any time: what is shown first is all of them. */
const ALL_TIMES = { timeRestore: true, timeFrom: 'now-30y', timeTo: 'now' } as const;
/** Version of the panels' own format, which has not changed since. */
const PANEL_VERSION = '7.10.0';

/** Everything that the dashboard shows, and itself as the last. */
export function dashboard({ id, title, about, rows }: DashboardPlan): readonly SavedObject[] {
  const placed = placeRows(rows);
  const panels = placed.map(({ grid }, i) => ({
    ...{ version: PANEL_VERSION, panelIndex: String(i), gridData: { ...grid, i: String(i) } },
    ...{ embeddableConfig: {}, panelRefName: `panel_${i}` },
  }));
  const references = placed.map(({ panel }, i) => ({ name: `panel_${i}`, type: panel.type, id: panel.id }));
  const itself = savedObject(
    'dashboard',
    id,
    {
      ...{ title, description: about, hits: 0, version: 1, ...ALL_TIMES },
      panelsJSON: JSON.stringify(panels),
      optionsJSON: JSON.stringify({ useMargins: true, hidePanelTitles: false }),
      kibanaSavedObjectMeta: { searchSourceJSON: JSON.stringify({ query: lucene(''), filter: [] }) },
    },
    references,
  );
  return [...new Set(placed.map(({ panel }) => panel)), itself];
}
