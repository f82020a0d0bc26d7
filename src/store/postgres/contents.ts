import type { ContentStore } from '../contents.ts';
import type { Ledger } from './ledger.ts';
import { reads } from './statements.ts';

const HAS_CONTENT = reads(
  'has_content',
  `SELECT EXISTS (SELECT FROM artifacts WHERE tenant = $1 AND content_sha256 = $2)
     OR EXISTS (SELECT FROM event_archives WHERE tenant = $1 AND sha256 = $2) AS has`,
);
const NAMED_CONTENTS = reads(
  'named_contents',
  `(SELECT DISTINCT content_sha256 AS sha256 FROM artifacts WHERE tenant = $1 AND content_sha256 IS NOT NULL
      ORDER BY content_sha256 LIMIT $2)
   UNION (SELECT DISTINCT sha256 FROM event_archives WHERE tenant = $1 ORDER BY sha256 LIMIT $2) LIMIT $2`,
);

export function contentStore({ scan }: Ledger): ContentStore {
  return {
    has: async (sha256) => (await scan<{ has: boolean }>(HAS_CONTENT, sha256))[0]?.has === true,
    named: async (limit) => (await scan<{ sha256: string }>(NAMED_CONTENTS, limit)).map(({ sha256 }) => sha256),
  };
}
