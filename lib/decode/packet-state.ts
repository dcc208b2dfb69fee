// decode: a packet's fields cleared layer by layer, so that nothing of the last one shows, and copied as a whole.
import type { Packet } from './packet.ts';

export function clearMac(packet: Packet): void {
  packet.hasMac = false;
  packet.sourceMacHigh = 0;
  packet.sourceMacLow = 0;
  packet.destinationMacHigh = 0;
  packet.destinationMacLow = 0;
}

export function clearNetwork(packet: Packet): void {
  packet.ipVersion = 0;
  packet.networkStart = 0;
  packet.source0 = 0;
  packet.source1 = 0;
  packet.source2 = 0;
  packet.source3 = 0;
  packet.destination0 = 0;
  packet.destination1 = 0;
  packet.destination2 = 0;
  packet.destination3 = 0;
  packet.ipHeaderLength = 0;
  packet.ipLength = 0;
  packet.ttl = 0;
  packet.tos = 0;
  packet.identification = 0;
  packet.fragmentOffset = 0;
  packet.moreFragments = false;
  packet.fragmentStart = 0;
  packet.fragmentProtocol = 0;
  packet.protocol = 0;
}

export function clearTransport(packet: Packet): void {
  packet.sourcePort = 0;
  packet.destinationPort = 0;
  clearIcmp(packet);
  clearTcp(packet);
}

export function clearIcmp(packet: Packet): void {
  packet.icmpType = 0;
  packet.icmpCode = 0;
}

export function clearTcp(packet: Packet): void {
  packet.tcpFlags = 0;
  packet.tcpSequence = 0;
  packet.tcpAcknowledgement = 0;
  packet.tcpWindow = 0;
  packet.tcpDataOffset = 0;
}

export function clearPayload(packet: Packet): void {
  packet.payloadStart = 0;
  packet.payloadLength = 0;
  packet.payloadCaptured = 0;
  packet.truncated = false;
}

export function clearRareFields(packet: Packet): void {
  packet.hasRareFields = false;
  packet.remarks = 0;
  packet.fragmentStart = 0;
  packet.fragmentProtocol = 0;
  packet.datagram = undefined;
  packet.datagramDataStart = 0;
  packet.datagramSequence = 0;
  packet.isDatagramAwaited = false;
  packet.tunnelDepth = 0;
  packet.tunnelType = 0;
  packet.tunnelId = -1;
  packet.tunnelKey = 0;
  packet.outerSource0 = 0;
  packet.outerSource1 = 0;
  packet.outerSource2 = 0;
  packet.outerSource3 = 0;
  packet.outerDestination0 = 0;
  packet.outerDestination1 = 0;
  packet.outerDestination2 = 0;
  packet.outerDestination3 = 0;
  packet.tunnelUndecoded = 0;
  packet.arpOperation = 0;
  packet.arpSenderMacHigh = 0;
  packet.arpSenderMacLow = 0;
  packet.arpSenderAddress = 0;
  packet.arpTargetAddress = 0;
}

/** Field by field: the generic ways are several times slower, and a tunnelled packet is copied on the way in. */
export function copyPacket(from: Packet, to: Packet): void {
  to.reason = from.reason;
  to.bytes = from.bytes;
  to.etherType = from.etherType;
  to.vlan = from.vlan;
  to.innerVlan = from.innerVlan;
  to.hasMac = from.hasMac;
  to.sourceMacHigh = from.sourceMacHigh;
  to.sourceMacLow = from.sourceMacLow;
  to.destinationMacHigh = from.destinationMacHigh;
  to.destinationMacLow = from.destinationMacLow;
  copyNetwork(from, to);
  copyTransport(from, to);
  to.hasRareFields = from.hasRareFields;
  to.remarks = from.remarks;
  to.fragmentStart = from.fragmentStart;
  to.fragmentProtocol = from.fragmentProtocol;
  to.datagram = from.datagram;
  to.datagramDataStart = from.datagramDataStart;
  to.datagramSequence = from.datagramSequence;
  to.isDatagramAwaited = from.isDatagramAwaited;
  copyTunnel(from, to);
  to.arpOperation = from.arpOperation;
  to.arpSenderMacHigh = from.arpSenderMacHigh;
  to.arpSenderMacLow = from.arpSenderMacLow;
  to.arpSenderAddress = from.arpSenderAddress;
  to.arpTargetAddress = from.arpTargetAddress;
}

function copyNetwork(from: Packet, to: Packet): void {
  to.ipVersion = from.ipVersion;
  to.networkStart = from.networkStart;
  to.source0 = from.source0;
  to.source1 = from.source1;
  to.source2 = from.source2;
  to.source3 = from.source3;
  to.destination0 = from.destination0;
  to.destination1 = from.destination1;
  to.destination2 = from.destination2;
  to.destination3 = from.destination3;
  to.ipHeaderLength = from.ipHeaderLength;
  to.ipLength = from.ipLength;
  to.ttl = from.ttl;
  to.tos = from.tos;
  to.identification = from.identification;
  to.fragmentOffset = from.fragmentOffset;
  to.moreFragments = from.moreFragments;
  to.protocol = from.protocol;
}

function copyTransport(from: Packet, to: Packet): void {
  to.sourcePort = from.sourcePort;
  to.destinationPort = from.destinationPort;
  to.icmpType = from.icmpType;
  to.icmpCode = from.icmpCode;
  to.tcpFlags = from.tcpFlags;
  to.tcpSequence = from.tcpSequence;
  to.tcpAcknowledgement = from.tcpAcknowledgement;
  to.tcpWindow = from.tcpWindow;
  to.tcpDataOffset = from.tcpDataOffset;
  to.payloadStart = from.payloadStart;
  to.payloadLength = from.payloadLength;
  to.payloadCaptured = from.payloadCaptured;
  to.truncated = from.truncated;
}

function copyTunnel(from: Packet, to: Packet): void {
  to.tunnelDepth = from.tunnelDepth;
  to.tunnelType = from.tunnelType;
  to.tunnelId = from.tunnelId;
  to.tunnelKey = from.tunnelKey;
  to.outerSource0 = from.outerSource0;
  to.outerSource1 = from.outerSource1;
  to.outerSource2 = from.outerSource2;
  to.outerSource3 = from.outerSource3;
  to.outerDestination0 = from.outerDestination0;
  to.outerDestination1 = from.outerDestination1;
  to.outerDestination2 = from.outerDestination2;
  to.outerDestination3 = from.outerDestination3;
  to.tunnelUndecoded = from.tunnelUndecoded;
}
