// real: one packet as tshark sees it: its fields, taken from the layers that lead to the innermost flow.
import { innermostLayers, type Layers } from './layers.ts';

/** What every row is asked for besides the fields that are compared. */
export const ROW_FIELDS = [
  ...['frame.number', 'frame.protocols', '_ws.malformed', '_ws.short', '_ws.col.Info', 'ip.opt.type'],
] as const;

export class TsharkRow {
  readonly #columns: ReadonlyMap<string, number>;
  readonly #cells: readonly string[];
  readonly #aggregator: string;
  #layers: Layers | undefined;

  constructor(columns: ReadonlyMap<string, number>, cells: readonly string[], aggregator: string) {
    this.#columns = columns;
    this.#cells = cells;
    this.#aggregator = aggregator;
  }

  /** Every value of a field, in the order of the layers. */
  all(field: string): readonly string[] {
    const at = this.#columns.get(field);
    if (at === undefined) throw new Error(`tshark was not asked for ${field}`);
    const cell = this.#cells[at] ?? '';
    return cell === '' ? [] : cell.split(this.#aggregator);
  }

  first(field: string): string | undefined {
    return this.all(field)[0];
  }

  /** Whether tshark met the end of the bytes, or nonsense, inside the header of that protocol. */
  gaveUpIn(protocol: string): boolean {
    const names = [`[Malformed Packet: ${protocol}]`, `[Packet size limited during capture: ${protocol} truncated]`];
    return names.some((name) => this.all('_ws.malformed').includes(name) || this.all('_ws.short').includes(name));
  }

  /** Whether it kept the segment, or what of it was left, for a message that goes on. */
  get isWaiting(): boolean {
    return (this.first('_ws.col.Info') ?? '').includes('segment of a reassembled PDU');
  }

  /** Whether a dissector, whichever, met the end of the bytes or nonsense. */
  get gaveUp(): boolean {
    return this.first('_ws.malformed') !== undefined || this.first('_ws.short') !== undefined;
  }

  get isCut(): boolean {
    return this.first('frame.cap_len') !== this.first('frame.len');
  }

  get protocols(): readonly string[] {
    return (this.first('frame.protocols') ?? '').split(':');
  }

  get layers(): Layers {
    this.#layers ??= innermostLayers(this.protocols);
    return this.#layers;
  }

  /** A field of the innermost network layer, by its IPv4 or its IPv6 name. */
  ofNetwork(ipv4Field: string | undefined, ipv6Field: string | undefined): string | undefined {
    const { network, networkIndex } = this.layers;
    const field = network === 'ip' ? ipv4Field : network === 'ipv6' ? ipv6Field : undefined;
    return field === undefined ? undefined : this.all(field)[networkIndex];
  }

  /** A field of the innermost transport layer, where it is of that name. */
  ofTransport(name: string, field: string): string | undefined {
    const { transport, transportIndex } = this.layers;
    return transport === name ? this.all(field)[transportIndex] : undefined;
  }
}

/** Loose and strict source routes of IPv4, routing headers and home addresses of IPv6. */
export function isSourceRouted(row: TsharkRow): boolean {
  return (
    row.all('ip.opt.type').some((type) => type === '131' || type === '137') ||
    row.protocols.some((name) => name === 'ipv6.routing' || name === 'ipv6.dstopts')
  );
}
