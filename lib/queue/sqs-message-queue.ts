// queue: sending through the AWS SDK: embedded, ElasticMQ and SQS alike.

import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { PipelineError } from '../errors/pipeline-error.ts';
import type { MessageQueue, QueueName } from './message-queue.ts';

export interface MessageQueueConfig {
  readonly region: string;
  readonly endpoint?: string | undefined;
  readonly accessKeyId?: string | undefined;
  readonly secretAccessKey?: string | undefined;
  /** Queue URL up to the queue's name. */
  readonly urlPrefix: string;
}

export function createSqsClient(config: Omit<MessageQueueConfig, 'urlPrefix'>): SQSClient {
  const { endpoint, accessKeyId, secretAccessKey } = config;
  return new SQSClient({
    region: config.region,
    ...(endpoint !== undefined && { endpoint }),
    ...(accessKeyId !== undefined &&
      secretAccessKey !== undefined && { credentials: { accessKeyId, secretAccessKey } }),
  });
}

/** `https://…/123456789012/` + name. */
export function queueUrl(urlPrefix: string, queue: QueueName): string {
  return `${urlPrefix.endsWith('/') ? urlPrefix : `${urlPrefix}/`}${queue}`;
}

export function createMessageQueue(config: MessageQueueConfig): MessageQueue {
  const client = createSqsClient(config);
  return {
    async send(queue, body) {
      try {
        await client.send(new SendMessageCommand({ QueueUrl: queueUrl(config.urlPrefix, queue), MessageBody: body }));
      } catch (cause) {
        throw new PipelineError('service-unavailable', `send to queue ${queue}: ${String(cause)}`, {
          permanent: false,
          cause,
        });
      }
    },
  };
}
