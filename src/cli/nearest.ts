/** The name that was probably meant, or undefined when none is near. */
export function nearest(given: string, names: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Math.floor(given.length / 3) + 1;
  for (const name of names) {
    const distance = editDistance(given, name);
    if (distance < least) [best, least] = [name, distance];
  }
  return best ?? [...names].find((name) => given.length > 2 && name.startsWith(given));
}

/** A question to add to an error, empty when no name is near. */
export function didYouMean(given: string, names: Iterable<string>): string {
  const name = nearest(given, names);
  return name === undefined ? '' : ` (Did you mean ${name}?)`;
}

/** Letters to insert, remove, replace or swap with their neighbour to make one word of another. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let least = Math.min(replaced, last[j]! + 1, row[j - 1]! + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, beforeLast[j - 2]! + 1);
      }
      row.push(least);
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length]!;
}
