import { createConnection } from './create-connection.ts';
import { deauthorizeConnection } from './deauthorize-connection.ts';
import { deleteConnection } from './delete-connection.ts';
import { describeConnection } from './describe-connection.ts';
import { listConnections } from './list-connections.ts';
import { updateConnection } from './update-connection.ts';

/** What can be done with connections of EventBridge. */
export const eventConnectionOperations = [
  createConnection,
  describeConnection,
  listConnections,
  updateConnection,
  deauthorizeConnection,
  deleteConnection,
];
