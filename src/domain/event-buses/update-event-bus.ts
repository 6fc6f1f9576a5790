import { UpdateEventBus } from '../../contracts/events.gen.ts';
import { operation } from '../operation.ts';
import { changeBus } from './change-bus.ts';
import { busArn, busDetails, busDocument, checkBusSettings, ownBus } from './event-bus.ts';
import { targetBus } from './event-bus-target.ts';

/** Gives a bus other settings; what is left out stays, what is empty goes. */
export const updateEventBus = operation(UpdateEventBus, {
  effect: 'write',
  resource: (input, call) => busArn(ownBus(input.Name, call), call.partition),
  find: (input, context) => targetBus(context, ownBus(input.Name, context.call)),
  check: (input) => checkBusSettings(input),
  async run(input, context) {
    const { Description, DeadLetterConfig, LogConfig } = input;
    const document = {
      ...busDocument(context.found),
      ...(DeadLetterConfig && { DeadLetterConfig }),
      ...(LogConfig && { LogConfig }),
    };
    const bus = await changeBus(context, context.found, {
      ...(Description !== undefined && { description: Description || null }),
      document: JSON.stringify(document),
    });
    const {
      Policy: _,
      CreationTime: __,
      LastModifiedTime: ___,
      ...view
    } = busDetails(bus, context.call.partition);
    return view;
  },
});
