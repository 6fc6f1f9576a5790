import type { ConnectionHttpParameters } from '../../contracts/events.gen.ts';

interface HttpParameter {
  readonly Key?: string;
  readonly Value?: string;
  readonly IsValueSecret?: boolean;
}

type Change = (list: readonly HttpParameter[], name: keyof ConnectionHttpParameters) => object[];

/** The parameters without the values that nobody is shown again. */
export function shownHttp(http: ConnectionHttpParameters): ConnectionHttpParameters {
  return eachList(http, (list) =>
    list.map(({ Key, Value, IsValueSecret = false }) => ({
      ...(Key !== undefined && { Key }),
      ...(!IsValueSecret && Value !== undefined && { Value }),
      IsValueSecret,
    })),
  );
}

/**
 * The parameters of an update. Who sends back what was shown sends secrets without their values:
 * these stay what they were.
 */
export function updatedHttp(
  before: ConnectionHttpParameters | undefined,
  given: ConnectionHttpParameters | undefined,
): ConnectionHttpParameters | undefined {
  if (!given) return before;
  return eachList(given, (list, name) =>
    list.map((one) => {
      if (one.Value !== undefined || !one.IsValueSecret) return one;
      const known = before?.[name]?.find(({ Key }) => Key === one.Key);
      return { ...one, ...(known?.Value !== undefined && { Value: known.Value }) };
    }),
  );
}

function eachList(http: ConnectionHttpParameters, change: Change): ConnectionHttpParameters {
  const { HeaderParameters, QueryStringParameters, BodyParameters } = http;
  return {
    ...(HeaderParameters && { HeaderParameters: change(HeaderParameters, 'HeaderParameters') }),
    ...(QueryStringParameters && {
      QueryStringParameters: change(QueryStringParameters, 'QueryStringParameters'),
    }),
    ...(BodyParameters && { BodyParameters: change(BodyParameters, 'BodyParameters') }),
  };
}
