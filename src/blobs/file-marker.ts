// The marker of a folder: a file at its root.
import { link, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { found, guarded, makeFolder, readStart, syncFolder, writeDurably } from './disk.ts';
import { MARKER, MAX_MARKER_BYTES } from './refusals.ts';
import type { PlaceMarker } from './store.ts';

export function fileMarker({
  root,
  incoming,
  newId,
}: {
  root: string;
  incoming: string;
  newId(): string;
}): PlaceMarker {
  const path = join(root, MARKER);
  return {
    where: path,
    read: () => guarded(() => readStart(path, MAX_MARKER_BYTES)),
    write: (text) =>
      guarded(async () => {
        await makeFolder(incoming);
        const unnamed = join(incoming, newId());
        try {
          await writeDurably(unnamed, `${text}\n`);
          await link(unnamed, path).catch((error) => {
            if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
          });
        } finally {
          await found(unlink(unnamed));
        }
        await syncFolder(root);
      }),
  };
}
