import { globalRegion } from '../kernel/arn.ts';
import { limits } from '../kernel/limits.ts';
import type { Call } from '../domain/call.ts';
import type { Route } from '../protocols/route.ts';
import type { Caller } from './authenticate.ts';
import type { PipelineParts, PipelineRequest } from './pipeline.ts';

/** What is known of a call as soon as its caller is. */
export function newCall(
  request: PipelineRequest,
  route: Route,
  { key, region }: Caller,
  parts: PipelineParts,
): Call {
  const userAgent = request.headers['user-agent'] ?? '';
  const { partition, operatorAccountId } = parts;
  return {
    requestId: request.requestId,
    accountId: key.principal.accountId,
    operatorAccountId,
    region: route.isGlobal ? globalRegion(partition) : region,
    partition,
    principal: key.principal,
    accessKeyId: key.accessKeyId,
    sourceIp: request.sourceIp,
    isSecure: request.isSecure,
    userAgent: userAgent.slice(0, limits.userAgentCharactersMax),
    service: route.service.data.name,
    operation: route.operationName,
    isGlobal: route.isGlobal,
    now: parts.clock.now(),
    strictAws: parts.strictAws,
    validationProfileStatus: parts.validationProfileStatus,
  };
}
