import type { EventEnvelope } from './event-envelope.ts';

/** What tells of packages and groups; nobody else may put events under these names. */
const sources: ReadonlySet<string> = new Set(['aws.sagemaker', 'imprimatur']);

/**
 * What an event is kept in order with, for one target: the others of its model package group, or of
 * its package outside groups; nothing else, where it is about neither.
 */
export function laneOf({ source, detail, id }: EventEnvelope): string {
  const { ModelPackageGroupName: group, ModelPackageName: name } = detail;
  if (!sources.has(source)) return id;
  if (isName(group)) return group;
  return isName(name) ? name : id;
}

/** As AWS has no such source, strict registries let anybody put anything under these names. */
function isName(value: unknown): value is string {
  return typeof value === 'string' && /^[\w/-]{1,128}$/.test(value);
}
