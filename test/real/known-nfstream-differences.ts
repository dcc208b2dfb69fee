// real: where NFStream's flows differ from ours and stand, each with its reason and no wider than it must be.
import type { Conversation } from './application-facts.ts';

export interface NfstreamDifference {
  readonly file: string;
  readonly what: 'packets' | 'bytes' | 'flows';
  readonly ours: number;
  readonly theirs: number;
  readonly conversation: Conversation;
  /** Of the whole capture. */
  readonly interfaces: number;
}

/** Captures that no other has the like of, by the first digits of their names. */
const ONE_OF_ITS_KIND: Readonly<Record<string, string>> = {
  '0e04fe9ebc': 'two answers of one query a minute of broken clock apart',
  '1bbcf4e656': 'an original length of 64 KiB in a record of 13 bytes; ours is the record’s',
  '1a8e92cc3d': 'several interfaces, each with its own clock: NFStream reads the first, and splits by it',
  '3cedb8cec6': 'several interfaces, each with its own clock: the same',
  '36f01c5d8d': 'HTTP over TCP over a loopback whose headers are damaged: a port of the damaged header is another flow',
  '474d638c17': 'a silence that ends on the second of the timeout',
  '8eee96ef1b': 'the same capture in the other byte order',
  a64528f5b1: 'ports 0, damaged lengths: NFStream reads no packet of it',
  e8c3099fce: 'a TCP header of which two bytes are there: NFStream reads ports beyond the record',
  d361c2ef1e: 'from before 2038 to after: NFStream’s clock is a signed number',
};

export const KNOWN_NFSTREAM_DIFFERENCES: readonly {
  readonly name: string;
  readonly reason: string;
  readonly covers: (difference: NfstreamDifference) => boolean;
}[] = [
  {
    name: 'one of its kind',
    reason: 'a damaged or made-up capture, by its file',
    covers: ({ file }) => Object.keys(ONE_OF_ITS_KIND).some((digits) => file.includes(digits)),
  },
  {
    name: 'TCP that ended',
    reason: 'ours ends a second after FIN or RST, and what follows is another flow; NFStream’s only by time',
    covers: ({ what, ours, theirs, conversation }) =>
      what === 'flows' && ours > theirs && conversation.flows.some(({ end }) => end === 'closed'),
  },
  {
    name: 'interfaces of a pcapng',
    reason: 'NFStream’s libpcap ends a pcapng at an interface of another link type, snaplen or resolution',
    covers: ({ interfaces, ours, theirs }) => interfaces > 1 && ours > theirs,
  },
  {
    name: 'cut packets',
    reason: 'NFStream leaves out packets that were cut in the capture: most of IPv6 and a few of IPv4',
    covers: ({ what, ours, theirs, conversation: { rows } }) => {
      const cut = rows.filter((row) => row.isCut).length;
      if (what === 'flows') return theirs === 0 && cut === rows.length;
      return ours > theirs && cut >= (what === 'packets' ? ours - theirs : 1);
    },
  },
  {
    name: 'no flow from half a transport header',
    reason: 'a TCP header that is cut short or contradicts itself; NFStream takes its first fields',
    covers: ({ ours, conversation: { rows } }) => ours === 0 && rows.length > 0 && rows.every((row) => row.gaveUp),
  },
];
