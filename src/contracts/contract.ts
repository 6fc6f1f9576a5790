/** A member of a structure: the shape's name, or the name with what the wire adds to it. */
export type MemberData =
  | string
  | {
      readonly shape: string;
      readonly idempotencyToken?: true;
      readonly location?: string;
      readonly locationName?: string;
      readonly flattened?: true;
    };

/** One shape of a service model, trimmed to what the wire and the validator need. */
export type ShapeData =
  | {
      readonly type: 'structure';
      readonly required?: readonly string[];
      readonly members: Readonly<Record<string, MemberData>>;
    }
  | {
      readonly type: 'list';
      readonly member: MemberData;
      readonly flattened?: true;
      readonly min?: number;
      readonly max?: number;
    }
  | {
      readonly type: 'map';
      readonly key: string;
      readonly value: string;
      readonly min?: number;
      readonly max?: number;
    }
  | {
      readonly type: 'string';
      readonly min?: number;
      readonly max?: number;
      readonly pattern?: string;
      readonly enum?: readonly string[];
      readonly sensitive?: true;
    }
  | {
      readonly type: 'integer' | 'long' | 'float' | 'double';
      readonly min?: number;
      readonly max?: number;
    }
  | { readonly type: 'boolean' | 'timestamp' | 'blob' };

/** An error that a service has on the wire. */
export interface ErrorData {
  readonly code: string;
  readonly status: number;
}

/** One operation of a service model. */
export interface OperationData {
  readonly input?: string;
  readonly output?: string;
  readonly errors: readonly string[];
  readonly http?: { readonly method: string; readonly requestUri: string };
  /** It is about who may call, which no region has a part in. */
  readonly global?: true;
  /** Query protocol: the element around the output. */
  readonly resultWrapper?: string;
}

/** A service as its public model describes it: data, generated or written in the same words. */
export interface ServiceData {
  /** The service's name here and in the CLI (`sagemaker`). */
  readonly name: string;
  /** The name in a SigV4 credential scope. */
  readonly signingName: string;
  readonly protocol: 'json' | 'query' | 'rest-json' | 'rest-xml';
  /** awsJson: what stands before the dot of X-Amz-Target. */
  readonly targetPrefix?: string;
  readonly jsonVersion?: string;
  /** Query protocol: the namespace of its answers. */
  readonly xmlNamespace?: string;
  /** Query and REST protocols: by the names of the model's error shapes. */
  readonly errors?: Readonly<Record<string, ErrorData>>;
  readonly apiVersion: string;
  readonly operations: Readonly<Record<string, OperationData>>;
  readonly shapes: Readonly<Record<string, ShapeData>>;
}

/** What a contract has beyond AWS's; strict mode leaves it away. */
export interface ServiceExtensions {
  readonly enumValues: Readonly<Record<string, readonly string[]>>;
  readonly members: Readonly<Record<string, Readonly<Record<string, MemberData>>>>;
  readonly optional: Readonly<Record<string, readonly string[]>>;
}

/** Names an operation and carries the types of its input and output. */
export interface OperationContract<Input, Output> {
  readonly service: string;
  readonly operation: string;
  /** Never set: it only keeps the two types apart. */
  readonly types?: { readonly input: Input; readonly output: Output };
}

/** The typed name of an operation; used by the generated files. */
export function operationContract<Input, Output>(
  service: string,
  operation: string,
): OperationContract<Input, Output> {
  return { service, operation };
}

/** The service with its extensions taken in. */
export function extendService(service: ServiceData, extensions: ServiceExtensions): ServiceData {
  const shapes: Record<string, ShapeData> = { ...service.shapes };
  for (const [name, shape] of Object.entries(shapes)) {
    if (shape.type === 'string' && shape.enum && extensions.enumValues[name]) {
      shapes[name] = { ...shape, enum: [...shape.enum, ...extensions.enumValues[name]] };
    }
    if (shape.type === 'structure') {
      const optional = extensions.optional[name] ?? [];
      shapes[name] = {
        ...shape,
        required: (shape.required ?? []).filter((member) => !optional.includes(member)),
        members: { ...shape.members, ...extensions.members[name] },
      };
    }
  }
  return { ...service, shapes };
}
