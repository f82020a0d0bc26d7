// The place that holds the content which rows name, in PostgreSQL: one row for all tenants.
import type { ContentPlace, MaestroStores } from '../store.ts';
import type { Database } from './pool.ts';
import { owns } from './statements.ts';

const CONTENT_PLACE = owns('content_place', 'SELECT id, marked FROM content_place WHERE only_one');
const LOCK_CONTENT_PLACE = owns(
  'lock_content_place',
  `SELECT id, marked, EXISTS (
     SELECT FROM artifacts WHERE content_sha256 IS NOT NULL ORDER BY tenant, content_sha256 LIMIT 1
   ) OR (SELECT sha256 FROM event_archives ORDER BY tenant, last_number LIMIT 1) IS NOT NULL AS "namesContent"
   FROM content_place WHERE only_one FOR UPDATE`,
);
const UPDATE_CONTENT_PLACE = owns(
  'update_content_place',
  'UPDATE content_place SET id = $1, marked = $2 WHERE only_one',
);

export function contentPlace(database: Database): Pick<MaestroStores, 'contentPlace' | 'updateContentPlace'> {
  return {
    contentPlace: async () => only(await database.read<ContentPlace>(CONTENT_PLACE, [])),
    updateContentPlace: (change) =>
      database.transaction(async (query) => {
        const { namesContent, ...before } = only(await query<LockedPlace>(LOCK_CONTENT_PLACE, []));
        const after = await change(before, namesContent);
        if (after.id !== before.id || after.marked !== before.marked)
          await query(UPDATE_CONTENT_PLACE, [after.id, after.marked]);
        return after;
      }),
  };
}

type LockedPlace = ContentPlace & { namesContent: boolean };

function only<Row extends ContentPlace>([row]: Row[]): Row {
  if (row === undefined) throw new Error('the table content_place has lost its row');
  return row;
}
