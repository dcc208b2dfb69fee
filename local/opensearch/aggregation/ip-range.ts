// local/opensearch/aggregation: ip_range: a bucket per stretch of addresses, by its ends or as a CIDR block.
import { formatIp, MAX_IP_NUMBER, parseIp, parseIpRange } from '../../../lib/query/ip-number.ts';
import { wholeNumber } from '../database/sql-binder.ts';
import {
  booleanParameter,
  checkParameters,
  fieldFailure,
  fieldParameter,
  shardError,
  textParameter,
} from '../request/body-parameters.ts';
import type { JsonObject } from '../request/json-text.ts';
import type { AggregationBase, Slot } from './base.ts';
import { filledSlot } from './missing.ts';
import type { BucketNode } from './node.ts';
import { type BucketPlan, fixedPlan } from './plan.ts';
import { rangeList } from './range.ts';

interface IpRange {
  readonly key: string;
  readonly from: bigint | undefined;
  /** The first address beyond. */
  readonly to: bigint | undefined;
}

export function planIpRange(node: BucketNode, base: AggregationBase): BucketPlan {
  const { body } = node;
  checkParameters('ip_range', body, ['field', 'ranges', 'keyed', 'missing']);
  const ranges = rangeList('ip_range', body).map(readRange);
  const isKeyed = booleanParameter('ip_range', body, 'keyed') ?? false;
  const slot = base.slot(fieldParameter('ip_range', body), 'ip');
  if (ranges.length === 0) throw shardError(`No [ranges] specified for the [${node.name}] aggregation`);
  if (slot.family !== 'ip')
    throw shardError(`Field [${slot.name}] of type [${slot.field?.type}] is not supported for aggregation [ip_range]`);
  const filled = filledSlot(slot, body['missing'], base);
  const sorted = ranges.toSorted((left, right) => compare(left.from, right.from, -1) || compare(left.to, right.to, 1));
  return fixedPlan(
    node,
    sorted.map((range) => anyWithin(filled, range)),
    sorted.map(({ key, from, to }) => ({
      ...(isKeyed ? {} : { key }),
      ...(from === undefined ? {} : { from: formatIp(from) }),
      ...(to === undefined ? {} : { to: formatIp(to) }),
    })),
    sorted.map(({ key }) => key),
    isKeyed ? 'keyed' : 'list',
    { showsInGaps: false, isNowhere: slot.field === undefined && body['missing'] === undefined },
  );
}

/** An open end is the lowest (-1) or the highest (1) of all. */
function compare(left: bigint | undefined, right: bigint | undefined, open: -1 | 1): number {
  if (left === right) return 0;
  if (left === undefined) return open;
  if (right === undefined) return -open;
  return left < right ? -1 : 1;
}

function readRange(range: JsonObject): IpRange {
  for (const name of Object.keys(range)) {
    if (!['key', 'from', 'to', 'mask'].includes(name))
      throw refuse(`Unexpected ip range parameter: [${name}]`, 'parsing_exception');
  }
  const key = textParameter('ip_range', range, 'key');
  const mask = textParameter('ip_range', range, 'mask');
  if (mask !== undefined) return ofMask(mask, key);
  const from = address(range, 'from');
  const to = address(range, 'to');
  const name = (bound: bigint | undefined): string => (bound === undefined ? '*' : formatIp(bound));
  return { key: key ?? `${name(from)}-${name(to)}`, from, to };
}

function ofMask(mask: string, key: string | undefined): IpRange {
  if (!/^[^/]+\/\d+$/.test(mask)) throw refuse(`Expected [ip/prefix] but was [${mask}]`);
  const block = parseIpRange(mask);
  if (block === undefined) {
    throw refuse(
      `Illegal prefix length [${mask.slice(mask.indexOf('/') + 1)}] in [${mask}]. Must be 0-32 for IPv4 ranges, 0-128 for IPv6 ranges`,
    );
  }
  return {
    key: key ?? mask,
    from: block.first === 0n ? undefined : block.first,
    to: block.last === MAX_IP_NUMBER ? undefined : block.last + 1n,
  };
}

function address(range: JsonObject, name: string): bigint | undefined {
  const text = textParameter('ip_range', range, name);
  if (text === undefined) return undefined;
  const number = parseIp(text);
  if (number === undefined) throw refuse(`'${text}' is not an IP string literal.`);
  return number;
}

function refuse(reason: string, type?: string): Error {
  return fieldFailure('ip_range', 'ranges', reason, type);
}

function anyWithin(slot: Slot, { from, to }: IpRange): string {
  const within = (value: string): string => {
    const parts = [`${value} IS NOT NULL`];
    if (from !== undefined) parts.push(`${value} >= ${wholeNumber(from, 'UHUGEINT')}`);
    if (to !== undefined) parts.push(`${value} < ${wholeNumber(to, 'UHUGEINT')}`);
    return `(${parts.join(' AND ')})`;
  };
  return slot.list === undefined ? within(slot.single) : `len(list_filter(${slot.list}, lambda v: ${within('v')})) > 0`;
}
