import { cloudtrail } from '../contracts/cloudtrail.gen.ts';
import { extendService } from '../contracts/contract.ts';
import type { OperationContract } from '../contracts/contract.ts';
import { events } from '../contracts/events.gen.ts';
import { imprimatur } from '../contracts/imprimatur.ts';
import { sagemaker, sagemakerExtensions } from '../contracts/sagemaker.gen.ts';
import { linkService } from '../contracts/shape.ts';
import type { LinkedOperation, LinkedService } from '../contracts/shape.ts';

/** The JSON services that can be called, by name; the server's, without loading the server. */
export const services: ReadonlyMap<string, LinkedService> = new Map(
  [extendService(sagemaker, sagemakerExtensions), imprimatur, cloudtrail, events].map((data) => [
    data.name,
    linkService(data),
  ]),
);

/** The operation that a contract names. */
export function operationOf(contract: OperationContract<unknown, unknown>): LinkedOperation {
  const operation = services.get(contract.service)?.operations.get(contract.operation);
  if (!operation) throw new Error(`${contract.service} has no ${contract.operation}.`);
  return operation;
}
