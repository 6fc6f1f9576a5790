/** One of several lists that are answered as one: items in the order of their names. */
export interface NamedList<Item> {
  readonly name: string;
  /** The items after a name, at most so many. */
  list(after: string, limit: number): Promise<Item[]>;
  nameOf(item: Item): string;
}

/** An item and its place among those of all lists. */
export interface ChainedItem<Item> {
  readonly item: Item;
  readonly place: string;
}

/** The items after a place, list by list, at most so many. */
export async function chainLists<Item>(
  lists: readonly NamedList<Item>[],
  after: string,
  limit: number,
): Promise<ChainedItem<Item>[]> {
  const [startName = '', ...rest] = after.split('/');
  const start = Math.max(
    0,
    lists.findIndex(({ name }) => name === startName),
  );
  const items: ChainedItem<Item>[] = [];
  for (const list of lists.slice(start)) {
    const { name } = list;
    const begin = name === startName ? rest.join('/') : '';
    const found = await list.list(begin, limit - items.length);
    items.push(...found.map((item) => ({ item, place: `${name}/${list.nameOf(item)}` })));
    if (items.length >= limit) break;
  }
  return items;
}
