import { lookupEvents } from './lookup-events.ts';

/** What CloudTrail tells. */
export const cloudTrailOperations = [lookupEvents];
