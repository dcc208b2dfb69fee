// hunt: a unit of a hunt: its chunks read and searched → what was found → the next unit.

import { type Hunt, type HuntMessage, type HuntTotals, huntMessageSchema, huntUnit } from '../../lib/hunt/hunt.ts';
import { huntResultsRoot } from '../../lib/hunt/hunt-keys.ts';
import { findHunt, findUnit, isCancelled, storeUnit } from '../../lib/hunt-store/hunt-store.ts';
import { parseBody } from '../../lib/lambda/parse-body.ts';
import { runBatch } from '../../lib/lambda/run-batch.ts';
import type { InvocationContext, SqsBatchResponse } from '../../lib/lambda/sqs-event.ts';
import { deletePrefix } from '../../lib/s3/delete-prefix.ts';
import type { HuntDeps } from './hunt-deps.ts';
import { lostUnit, scanUnit } from './scan-unit.ts';

export function createHuntHandler(deps: HuntDeps) {
  return (event: unknown, context: InvocationContext): Promise<SqsBatchResponse> =>
    runBatch(event, context, deps.log, async (record, { lastReceive }) => {
      const message = parseBody(record.body, huntMessageSchema, 'hunt message');
      const { hunt: id, unit } = message;
      const hunt = await findHunt(deps.store, id);
      const work = hunt && huntUnit(hunt, unit);
      if (hunt === undefined || work === undefined || (await isCancelled(deps.store, id))) return;
      const after = (await findUnit(deps.store, id, unit)) ?? (await doUnit(deps, hunt, message, context, lastReceive));
      if (after === undefined) return;
      if (isOver(hunt, after, unit) || (await findUnit(deps.store, id, unit + 1)) !== undefined) return;
      await deps.queue.send('hunts', JSON.stringify({ version: 1, hunt: id, unit: unit + 1, before: after }));
    });
}

/** Undefined: it was called off, or deleted, meanwhile. */
async function doUnit(
  deps: HuntDeps,
  hunt: Hunt,
  message: HuntMessage,
  context: InvocationContext,
  lastReceive: boolean,
): Promise<HuntTotals | undefined> {
  const { unit } = message;
  const outcome = await scanUnit(deps, hunt, message, context).catch((error: unknown) =>
    lostUnit(hunt, message, error, lastReceive),
  );
  if (outcome === 'cancelled') return undefined;
  await storeUnit(deps.store, hunt.id, unit, outcome);
  if ((await findHunt(deps.store, hunt.id)) !== undefined) return outcome.totals;
  await deletePrefix(deps.store, huntResultsRoot(hunt.id));
  return undefined;
}

function isOver(hunt: Hunt, { matches }: HuntTotals, unit: number): boolean {
  return matches >= hunt.limit || huntUnit(hunt, unit + 1) === undefined;
}
