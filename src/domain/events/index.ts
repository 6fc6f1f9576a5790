import { listEvents } from './list-events.ts';
import { putEvents } from './put-events.ts';
import { streamEvents } from './stream-events.ts';
import { testEventPattern } from './test-event-pattern.ts';

/** What can be done with events themselves. */
export const eventOperations = [putEvents, testEventPattern, listEvents, streamEvents];
