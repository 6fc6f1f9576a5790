import type { Shape } from '../../contracts/shape.ts';

/** A sample of a shape to be filled in, as `--generate-cli-skeleton` prints it. */
export function skeleton(shape: Shape): unknown {
  return sample(shape, []);
}

function sample(shape: Shape, above: readonly string[]): unknown {
  switch (shape.type) {
    case 'structure': {
      // Within itself a structure is shown once more, empty.
      if (above.includes(shape.name)) return {};
      const inside = [...above, shape.name];
      return Object.fromEntries(
        shape.members.map((member) => [member.name, sample(member.shape, inside)]),
      );
    }
    case 'list':
      return [sample(shape.member, above)];
    case 'map':
      return { KeyName: sample(shape.value, above) };
    case 'string':
      return shape.enum?.values().next().value ?? '';
    case 'boolean':
      return true;
    case 'timestamp':
      return '1970-01-01T00:00:00';
    case 'blob':
      return '';
    default:
      return 0;
  }
}
