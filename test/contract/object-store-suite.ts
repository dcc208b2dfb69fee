// contract, object store: what every object store behind this project must do, asked through the clients that people use.
// One suite for the embedded bucket and for real servers: whoever runs it says how to start one.
import { describe } from 'vitest';
import { createObjectStore } from '../../lib/s3/aws-object-store.ts';
import { describeAccess } from './object-store-access-suite.ts';
import { describeListings } from './object-store-listing-suite.ts';
import { describeMultipart } from './object-store-multipart-suite.ts';
import { describeObjects } from './object-store-objects-suite.ts';
import { type ObjectStoreTarget, prepareObjectStore } from './object-store-under-test.ts';
import { describeStoreClient } from './store-client-suite.ts';

/** Declare the suite for one kind of server. */
export function describeObjectStore(name: string, start: () => Promise<ObjectStoreTarget>): void {
  describe(`${name} as an object store`, () => {
    const store = prepareObjectStore(start);
    describeObjects(store);
    describeStoreClient(() => {
      const { target, prefix } = store;
      return { store: createObjectStore({ ...target, ...target.credentials }), prefix };
    });
    describeMultipart(store);
    describeListings(store);
    describeAccess(store);
  });
}
