import { DescribeEventBus } from '../../contracts/events.gen.ts';
import { operation } from '../operation.ts';
import { busArn, busDetails, resolveBus } from './event-bus.ts';
import { showBus } from './show-bus.ts';
import { targetBus } from './event-bus-target.ts';

/** Describes a bus, its policy included. */
export const describeEventBus = operation(DescribeEventBus, {
  effect: 'read',
  resource: (input, call) => busArn(resolveBus(input.Name, call), call.partition),
  find: (input, context) => targetBus(context, resolveBus(input.Name, context.call)),
  async run(_, { tx, call, found: bus }) {
    return busDetails(await showBus(tx, call, bus), call.partition);
  },
});
