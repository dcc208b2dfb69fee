// queue: what the functions need of the queues, over the SQS API: sending. Receiving is the runtime's work.

/** The queues between the stages, as AWS names them after their dead-letter twins `<name>-dlq`. */
export const QUEUE_NAMES = ['dump-events', 'chunks', 'results', 'finished', 'hunts'] as const;
export type QueueName = (typeof QUEUE_NAMES)[number];

export interface MessageQueue {
  send(queue: QueueName, body: string): Promise<void>;
}
