// flow: the table of open flows: which flow each packet belongs to, and which flows have ended before it.

import type { RecordBatch } from '../capture/record-batch.ts';
import type { StateExchange } from '../checkpoint/state-exchange.ts';
import { DECODE_REASONS, type Packet } from '../decode/packet.ts';
import { FirstPackets } from './first-packets.ts';
import { CELL, cell, FlowCells, PAGE_FLOWS, SIDE, sideBase } from './flow-cells.ts';
import { FlowClock } from './flow-clock.ts';
import { END_REASONS, FIRST_PACKETS, PAYLOAD_PACKETS } from './flow-fields.ts';
import { FLOW_KEY_WORDS, writeFlowKey } from './flow-key.ts';
import { FlowLifetime, type LifetimeOptions } from './flow-lifetime.ts';
import { FlowParts } from './flow-parts.ts';
import { FlowTunnels } from './flow-tunnels.ts';
import { Fragments } from './fragments.ts';
import { createHeadPayload, readHeadPayload } from './head-payload.ts';
import { HostWindows } from './host-windows.ts';
import { isUnreachable, readQuotedEndpoints } from './icmp-quote.ts';
import { KeyTable } from './key-table.ts';
import { MAX_HEAD_BLOCKS, MAX_OPEN_FLOWS, MAX_PAYLOAD_BLOCKS } from './limits.ts';
import { updateFlow, updateSide, updateTcpSide } from './packet-update.ts';
import { PayloadHeads } from './payload-heads.ts';
import { updateSaid } from './said.ts';
import { StrayPackets } from './stray-packets.ts';
import { StreamHeads } from './stream-heads.ts';
import { ACK, CARRIED, isClosing, RST, SEEN_HANDSHAKE, SEEN_SYN, SEEN_SYN_ACK, SYN, tcpAfter } from './tcp-state.ts';
import { usedRuns } from './used-runs.ts';

const PROTOCOL_TCP = 6;
const PROTOCOL_UDP = 17;
const CLOSED = END_REASONS.indexOf('closed');
const OPEN = -1;
const FRAGMENT_WITHOUT_FIRST = DECODE_REASONS.indexOf('fragment-without-first');

export interface FlowTableOptions extends LifetimeOptions {
  readonly maxOpenFlows?: number | undefined;
  readonly maxPayloadBlocks?: number | undefined;
  /** False = no bytes are kept for the application layer, so it says nothing. */
  readonly applicationFacts?: boolean | undefined;
  readonly maxHeadBlocks?: number | undefined;
  readonly maxFragments?: number | undefined;
  readonly maxParts?: number | undefined;
  /** A power of two. */
  readonly logFlows?: number | undefined;
  readonly maxIdleHosts?: number | undefined;
}

/**
 * Per record: `admit` (time passes, some flows may have to end), then `takeEnding` and `release` until there is none,
 * then `add`. A slot is a flow's number while it is open; its state is in `cells`, `heads` and `first`.
 */
export class FlowTable {
  readonly cells = new FlowCells();
  readonly clock = new FlowClock();
  readonly heads: PayloadHeads;
  readonly first: FirstPackets;
  readonly tunnels: FlowTunnels;
  readonly streams: StreamHeads | undefined;
  readonly windows: HostWindows;
  readonly warnings = new Map<string, number>();
  /** Flows begun so far. */
  flowCount = 0;
  /** Of the packet last added: 0 = from the flow's source, 1 = from its destination. */
  direction = 0;
  readonly #table: KeyTable;
  readonly #lifetime: FlowLifetime;
  readonly #parts: FlowParts;
  readonly #fragments: Fragments;
  readonly #strays = new StrayPackets(this.cells);
  readonly #firstAddress: Uint32Array;
  readonly #secondAddress: Uint32Array;
  readonly #payload = createHeadPayload();
  /** The present packet's flow, -1 = none yet, and whether the packet comes from the first endpoint of the key. */
  #found = -1;
  #isFromFirst = 1;

  constructor(options: FlowTableOptions = {}) {
    const maxOpenFlows = options.maxOpenFlows ?? MAX_OPEN_FLOWS;
    this.#table = new KeyTable(FLOW_KEY_WORDS, maxOpenFlows);
    this.#firstAddress = this.#table.key.subarray(0, 4);
    this.#secondAddress = this.#table.key.subarray(4, 8);
    this.#lifetime = new FlowLifetime(this.cells, options);
    this.#parts = new FlowParts(options.maxParts);
    this.#fragments = new Fragments(options.maxFragments);
    this.heads = new PayloadHeads(options.maxPayloadBlocks ?? MAX_PAYLOAD_BLOCKS);
    this.first = new FirstPackets(maxOpenFlows);
    this.tunnels = new FlowTunnels(maxOpenFlows);
    const hasFacts = options.applicationFacts ?? true;
    this.streams = hasFacts ? new StreamHeads(options.maxHeadBlocks ?? MAX_HEAD_BLOCKS) : undefined;
    this.windows = new HostWindows(this.cells, { ...options, maxOpenFlows });
  }

  /** Lets time pass up to record `i`, finds its flow, and marks the flows that end before it. */
  admit(batch: RecordBatch, i: number, packet: Packet): void {
    const record = batch.firstRecord + i;
    this.clock.take(record, batch.seconds[i] ?? 0, batch.nanoseconds[i] ?? 0);
    if (this.clock.restamped.length > 0) this.#restamp();
    this.#lifetime.expire(this.clock.now, batch.offset[i] ?? 0, record);
    this.#found = -1;
    if (packet.reason !== 0) return;
    if (packet.fragmentOffset > 0) {
      this.#findFragment(packet);
      if (this.#found < 0) packet.reason = FRAGMENT_WITHOUT_FIRST;
      return;
    }
    this.#isFromFirst = writeFlowKey(this.#table.key, packet);
    const found = this.#table.find();
    if (found >= 0 && this.#isOpen(found)) this.#found = found;
    if (this.#found >= 0 && this.#isNewConnection(packet)) {
      this.#lifetime.end(found, 'closed');
      this.#found = -1;
    }
    this.#makeRoom(packet);
  }

  /** Next of the flows that end before the present record, -1 when there is none: write its row, then release it. */
  takeEnding(): number {
    return this.#lifetime.takeEnding();
  }

  /** Forgets an ended flow; its slot is free for another. */
  release(slot: number): void {
    const page = this.cells.page(slot);
    const base = this.cells.base(slot);
    this.windows.end(slot, this.clock.now);
    if (cell(page, base + CELL.endReason) !== CLOSED) this.#rememberPart(slot, page, base);
    for (let direction = 0; direction < 2; direction++) {
      const side = sideBase(base, direction);
      const kept = Math.min(cell(page, side + SIDE.headCount), PAYLOAD_PACKETS);
      for (let k = 0; k < kept; k++) this.heads.release(cell(page, side + SIDE.payloadBlock + k));
      this.streams?.release(page, side);
    }
    this.first.release(cell(page, base + CELL.firstBlock));
    const tunnel = cell(page, base + CELL.tunnelBlock);
    if (tunnel >= 0) this.tunnels.release(tunnel);
    page[base + CELL.record] = -1;
    this.#table.remove(slot);
  }

  /** Adds the record last admitted to its flow: the flow's slot, or -1 where it has none (`packet.reason` says why). */
  add(batch: RecordBatch, i: number, packet: Packet): number {
    if (packet.reason !== 0) return -1;
    const slot = this.#found >= 0 ? this.#found : this.#begin(batch, i, packet);
    const page = this.cells.page(slot);
    const base = this.cells.base(slot);
    const direction = this.#isFromFirst === cell(page, base + CELL.isForward) ? 0 : 1;
    this.direction = direction;
    const record = batch.firstRecord + i;
    if (this.clock.isStray) this.#strays.remember(record, slot, direction);
    this.#update(page, base, direction, packet, record, batch.originalLength[i] ?? 0);
    if (packet.payloadCaptured > 0 && packet.fragmentOffset === 0) {
      this.#keepHead(page, base, direction, packet, batch, i);
      updateSaid(page, sideBase(base, direction), direction, packet);
    }
    this.#keepStream(page, sideBase(base, direction), packet);
    if (packet.protocol === PROTOCOL_TCP && packet.fragmentOffset === 0) this.#updateTcp(slot, page, base, packet);
    this.#lifetime.touch(slot);
    this.windows.touch(page, base);
    if (packet.moreFragments && packet.fragmentOffset === 0) {
      this.#fragments.remember(packet, slot, cell(page, base + CELL.record));
    }
    if (isUnreachable(packet)) this.#markUnreachable(packet);
    return slot;
  }

  /** The dump is over: every flow ends. */
  endAll(): void {
    this.#lifetime.endAll();
  }

  /** Word `i` of an open flow's key (flow-key.ts). */
  keyWord(slot: number, i: number): number {
    return this.#table.wordOf(slot, i);
  }

  #isOpen(slot: number): boolean {
    return this.cells.get(slot, CELL.endReason) === OPEN;
  }

  /** True where a SYN begins a connection of its own on a five-tuple whose flow is closing, complete or midstream. */
  #isNewConnection(packet: Packet): boolean {
    if (packet.protocol !== PROTOCOL_TCP || (packet.tcpFlags & (SYN | ACK | RST)) !== SYN) return false;
    const page = this.cells.page(this.#found);
    const base = this.cells.base(this.#found);
    if (cell(page, base + CELL.closingClock) >= 0) return true;
    const seen = cell(page, base + CELL.tcp);
    if ((seen & (SEEN_SYN | SEEN_SYN_ACK)) === 0) return true;
    if ((seen & SEEN_HANDSHAKE) === 0) return false;
    const direction = this.#isFromFirst === cell(page, base + CELL.isForward) ? 0 : 1;
    return cell(page, sideBase(base, direction) + SIDE.firstSequence) !== packet.tcpSequence;
  }

  #findFragment(packet: Packet): void {
    const first = this.#fragments.find(packet);
    if (first === undefined) return;
    const { slot, record } = first;
    if (this.cells.get(slot, CELL.record) !== record || !this.#isOpen(slot)) return;
    this.#found = slot;
    this.#isFromFirst =
      this.keyWord(slot, 0) === packet.source0 &&
      this.keyWord(slot, 1) === packet.source1 &&
      this.keyWord(slot, 2) === packet.source2 &&
      this.keyWord(slot, 3) === packet.source3
        ? 1
        : 0;
  }

  /** Ends the least recently active flows where a new flow, or a packet's payload, finds no room. */
  #makeRoom(packet: Packet): void {
    const lifetime = this.#lifetime;
    if (this.#found < 0 && this.#table.size - lifetime.endingCount >= this.#table.maxSlots) {
      this.#warn('flow-table-full');
      lifetime.end(lifetime.leastRecentlyActive, 'cap');
    }
    if (packet.payloadCaptured === 0 || !this.heads.isFull) return;
    for (let slot = lifetime.leastRecentlyActive; slot >= 0; slot = lifetime.leastRecentlyActive) {
      this.#warn('payload-memory-full');
      lifetime.end(slot, 'cap');
      if (slot === this.#found) this.#found = -1;
      const base = this.cells.base(slot);
      const page = this.cells.page(slot);
      if (cell(page, sideBase(base, 0) + SIDE.headCount) + cell(page, sideBase(base, 1) + SIDE.headCount) > 0) return;
    }
  }

  #begin(batch: RecordBatch, i: number, packet: Packet): number {
    const { key } = this.#table;
    for (let i = 0; i < FLOW_KEY_WORDS; i++) this.#parts.key[i] = key[i] ?? 0;
    const previous = this.#parts.take();
    const slot = this.#table.insert();
    this.flowCount++;
    this.cells.clear(slot);
    const page = this.cells.page(slot);
    const base = this.cells.base(slot);
    const isTcpSyn = packet.protocol === PROTOCOL_TCP && (packet.tcpFlags & SYN) !== 0;
    const isAnswer = isTcpSyn && (packet.tcpFlags & ACK) !== 0;
    let isForward = isAnswer ? 1 - this.#isFromFirst : this.#isFromFirst;
    if (previous !== undefined && !isTcpSyn) {
      isForward = previous.isForward;
      page[base + CELL.part] = previous.part + 1;
      page[base + CELL.tcp] = previous.tcp;
    }
    const isFromSource = isForward === this.#isFromFirst;
    const record = batch.firstRecord + i;
    const offset = batch.offset[i] ?? 0;
    const { now } = this.clock;
    page[base + CELL.record] = record;
    page[base + CELL.offset] = offset;
    page[base + CELL.thousandthRecord] = -1;
    page[base + CELL.startClock] = now;
    page[base + CELL.lastClock] = now;
    page[base + CELL.lastTime] = Number.NEGATIVE_INFINITY;
    page[base + CELL.closingClock] = -1;
    page[base + CELL.endReason] = OPEN;
    page[base + CELL.isForward] = isForward;
    page[base + CELL.firstBlock] = -1;
    page[base + CELL.startSeconds] = this.clock.seconds;
    page[base + CELL.startNanoseconds] = this.clock.nanoseconds;
    page[base + CELL.interfaceId] = batch.interfaceId[i] ?? 0;
    page[base + CELL.ipVersion] = packet.ipVersion;
    page[base + CELL.protocol] = packet.protocol;
    page[base + CELL.vlan] = packet.vlan;
    page[base + CELL.sourcePort] = isFromSource ? packet.sourcePort : packet.destinationPort;
    page[base + CELL.destinationPort] = isFromSource ? packet.destinationPort : packet.sourcePort;
    page[base + CELL.icmpType] = packet.icmpType;
    page[base + CELL.icmpCode] = packet.icmpCode;
    page[base + CELL.tunnelBlock] = packet.tunnelDepth > 0 ? this.tunnels.keep(packet, isFromSource) : -1;
    writeMacs(page, base, packet, isFromSource);
    for (let direction = 0; direction < 2; direction++) {
      const side = sideBase(base, direction);
      page[side + SIDE.lastTime] = Number.NEGATIVE_INFINITY;
      page[side + SIDE.streamBlock] = -1;
      page[side + SIDE.nextSequence] = -1;
      page[side + SIDE.firstSequence] = -1;
      page[side + SIDE.firstWindow] = -1;
    }
    this.#lifetime.begin(slot, now, offset, record);
    const [source, destination] =
      isForward === 1 ? [this.#firstAddress, this.#secondAddress] : [this.#secondAddress, this.#firstAddress];
    this.windows.begin(slot, source, destination);
    return slot;
  }

  #update(page: Float64Array, base: number, direction: number, packet: Packet, record: number, length: number): void {
    const { time, now, seconds, nanoseconds } = this.clock;
    const isLatest = time >= cell(page, base + CELL.lastTime);
    const gap = updateFlow(page, base, record, time);
    updateSide(page, sideBase(base, direction), packet, length, time);
    page[base + CELL.lastClock] = now;
    if (isLatest) {
      page[base + CELL.endSeconds] = seconds;
      page[base + CELL.endNanoseconds] = nanoseconds;
    }
    const records = cell(page, base + CELL.records);
    if (records > FIRST_PACKETS) return;
    if (direction === 1)
      page[base + CELL.firstDirections] = cell(page, base + CELL.firstDirections) | (1 << (records - 1));
    if (records === 1) {
      page[base + CELL.firstSize] = packet.payloadLength;
      return;
    }
    const block = cell(page, base + CELL.firstBlock);
    page[base + CELL.firstBlock] = this.first.add(block, records - 2, packet.payloadLength, gap);
  }

  #keepHead(page: Float64Array, base: number, direction: number, packet: Packet, batch: RecordBatch, i: number): void {
    const side = sideBase(base, direction);
    const kept = cell(page, side + SIDE.headCount);
    if (kept >= PAYLOAD_PACKETS) return;
    page[side + SIDE.payloadBlock + kept] = this.heads.keep(batch, i, packet);
    page[side + SIDE.headCount] = kept + 1;
  }

  /** Of a fragmented packet all its data when it is whole; the first fragment's where it never can be. */
  #keepStream(page: Float64Array, side: number, packet: Packet): void {
    const { streams } = this;
    if (streams === undefined) return;
    const payload = this.#payload;
    readHeadPayload(packet, payload);
    if (payload.length === 0) return;
    let isKept = true;
    if (packet.protocol === PROTOCOL_TCP) isKept = streams.addSegment(page, side, payload);
    else if (packet.protocol === PROTOCOL_UDP) isKept = streams.addDatagram(page, side, payload);
    if (!isKept) this.#warn('head-memory-full');
  }

  #updateTcp(slot: number, page: Float64Array, base: number, packet: Packet): void {
    updateTcpSide(page, sideBase(base, this.direction), packet);
    const seen = tcpAfter(cell(page, base + CELL.tcp), packet.tcpFlags, this.direction);
    page[base + CELL.tcp] = seen;
    if (cell(page, base + CELL.closingClock) < 0 && isClosing(seen)) this.#lifetime.close(slot, this.clock.now);
  }

  #rememberPart(slot: number, page: Float64Array, base: number): void {
    const parts = this.#parts;
    for (let i = 0; i < FLOW_KEY_WORDS; i++) parts.key[i] = this.keyWord(slot, i);
    const carried = cell(page, base + CELL.tcp) & CARRIED;
    parts.remember(cell(page, base + CELL.part), cell(page, base + CELL.isForward), carried);
  }

  /** The flow whose packet an ICMP error quotes was refused. */
  #markUnreachable(packet: Packet): void {
    const quoted = readQuotedEndpoints(packet);
    if (quoted === undefined) return;
    writeFlowKey(this.#table.key, quoted);
    const slot = this.#table.find();
    if (slot >= 0) this.cells.set(slot, CELL.icmpUnreachable, 1);
  }

  /** After a step of the clock: the strays before it are where the clock now says they are. */
  #restamp(): void {
    const { now, restamped } = this.clock;
    this.#strays.restamp(restamped, now, (slot, { seconds, nanoseconds }) => {
      const page = this.cells.page(slot);
      const base = this.cells.base(slot);
      page[base + CELL.startClock] = now;
      page[base + CELL.startSeconds] = seconds;
      page[base + CELL.startNanoseconds] = nanoseconds;
      this.windows.restart(slot, now);
    });
  }

  #warn(warning: string): void {
    this.warnings.set(warning, (this.warnings.get(warning) ?? 0) + 1);
  }

  /** Saves the state between two records, or restores it into a table made with the same options. */
  async exchange(state: StateExchange): Promise<void> {
    await this.#table.exchange(state);
    const { slotCount, freeSlots } = this.#table;
    await this.cells.exchange(state, slotCount, usedRuns(slotCount, freeSlots, PAGE_FLOWS));
    await this.clock.exchange(state);
    await this.heads.exchange(state);
    await this.first.exchange(state);
    await this.tunnels.exchange(state);
    await this.streams?.exchange(state);
    await this.windows.exchange(state);
    await this.#lifetime.exchange(state);
    await this.#parts.exchange(state);
    await this.#fragments.exchange(state);
    await this.#strays.exchange(state);
    const warnings = await state.json([...this.warnings]);
    for (const [warning, count] of warnings) this.warnings.set(warning, count);
    this.flowCount = await state.number(this.flowCount);
    this.direction = await state.number(this.direction);
    this.#found = await state.number(this.#found);
    this.#isFromFirst = await state.number(this.#isFromFirst);
  }
}

function writeMacs(page: Float64Array, base: number, packet: Packet, isFromSource: boolean): void {
  if (!packet.hasMac) return;
  page[base + CELL.hasMac] = 1;
  page[base + CELL.sourceMacHigh] = isFromSource ? packet.sourceMacHigh : packet.destinationMacHigh;
  page[base + CELL.sourceMacLow] = isFromSource ? packet.sourceMacLow : packet.destinationMacLow;
  page[base + CELL.destinationMacHigh] = isFromSource ? packet.destinationMacHigh : packet.sourceMacHigh;
  page[base + CELL.destinationMacLow] = isFromSource ? packet.destinationMacLow : packet.sourceMacLow;
}
