import { cloudtrail } from './cloudtrail.gen.ts';
import { extendService } from './contract.ts';
import type { ServiceData } from './contract.ts';
import { events } from './events.gen.ts';
import { iam } from './iam.gen.ts';
import { imprimatur } from './imprimatur.ts';
import { ram } from './ram.gen.ts';
import { sagemaker, sagemakerExtensions } from './sagemaker.gen.ts';
import { sts } from './sts.gen.ts';

/** Every service on the wire; strict mode leaves their extensions away. */
export function servicesOf({ strictAws }: { readonly strictAws: boolean }): ServiceData[] {
  const sageMaker = strictAws ? sagemaker : extendService(sagemaker, sagemakerExtensions);
  return [sageMaker, imprimatur, iam, sts, cloudtrail, ram, events];
}
