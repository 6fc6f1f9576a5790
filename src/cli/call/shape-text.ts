import type { Shape, StructureShape } from '../../contracts/shape.ts';

/** What stands for an option's value in its help: `<string>`, `<structure...>`. */
export function placeholder(shape: Shape): string {
  return shape.type === 'list' ? `<${shape.member.type}...>` : `<${shape.type}>`;
}

/** What a value must be like, in words: its bounds, its choices, how it is written. */
export function describeValue(shape: Shape): string {
  switch (shape.type) {
    case 'string':
      return joined(
        shape.enum && `one of ${[...shape.enum].join(', ')}`,
        !shape.enum && bounds(shape, 'character'),
        !shape.enum && isShort(shape.patternText) && `pattern ${shape.patternText}`,
      );
    case 'integer':
    case 'long':
    case 'float':
    case 'double':
      return bounds(shape, '');
    case 'timestamp':
      return 'ISO 8601 or epoch seconds';
    case 'list':
      return joined(
        bounds(shape, 'element'),
        describeElement(shape.member),
        isPlain(shape.member) ? 'several values, or JSON' : 'several values in shorthand, or JSON',
      );
    case 'map':
      return joined(bounds(shape, 'entry', 'entries'), syntax(shape), 'shorthand or JSON');
    case 'structure':
      return joined(requiredMembers(shape), syntax(shape), 'shorthand or JSON');
    default:
      return '';
  }
}

function describeElement(shape: Shape): string {
  if (isPlain(shape)) return describeValue(shape);
  const required = shape.type === 'structure' ? requiredMembers(shape) : '';
  return joined(required, syntax(shape));
}

const syntaxCharactersMax = 200;

/**
 * The shorthand of a structure or map, as the aws CLI's help has it, without outer braces; no
 * deeper than can be read. The skeleton shows it all.
 */
function syntax(shape: Shape): string {
  const texts = [2, 1, 0].map((depth) => notation(shape, [], depth).replace(/^\{(.*)\}$/s, '$1'));
  return texts.find((text) => text.length <= syntaxCharactersMax) ?? texts.at(-1)!;
}

function notation(shape: Shape, above: readonly string[], depthMax: number): string {
  const inside = [...above, shape.name];
  switch (shape.type) {
    case 'structure': {
      if (above.includes(shape.name) || above.length > depthMax) return '{…}';
      const members = shape.members.map(
        ({ name, shape }) => `${name}=${notation(shape, inside, depthMax)}`,
      );
      return `{${members.join(',')}}`;
    }
    case 'list':
      return `[${notation(shape.member, above, depthMax)},…]`;
    case 'map':
      return `{key=${notation(shape.value, inside, depthMax)},…}`;
    default:
      return shape.type;
  }
}

function requiredMembers(shape: StructureShape): string | false {
  const names = shape.members.filter(({ required }) => required).map(({ name }) => name);
  return names.length > 0 && `requires ${names.join(', ')}`;
}

function isPlain({ type }: Shape): boolean {
  return type !== 'structure' && type !== 'map' && type !== 'list';
}

const patternCharactersMax = 60;

function isShort(pattern: string): boolean {
  return pattern !== '' && pattern.length <= patternCharactersMax;
}

function bounds(
  { min, max }: { min: number; max: number },
  unit: string,
  units = `${unit}s`,
): string {
  const suffix =
    unit === '' ? '' : ` ${max === 1 || (max === Infinity && min === 1) ? unit : units}`;
  const from = Number.isFinite(min) && min > (unit === '' ? -Infinity : 0);
  if (Number.isFinite(max)) return from ? `${min} to ${max}${suffix}` : `at most ${max}${suffix}`;
  return from ? `at least ${min}${suffix}` : '';
}

function joined(...parts: readonly (string | false | undefined)[]): string {
  return parts.filter(Boolean).join('; ');
}
