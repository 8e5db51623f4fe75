/** A binary heap: `first` is the smallest item. Adding an item to 10,000 costs at most 14 comparisons; a sorted list would move thousands. */
export class Heap<T> {
  readonly #items: T[] = [];

  constructor(private readonly isBefore: (one: T, other: T) => boolean) {}

  get first(): T | undefined {
    return this.#items[0];
  }

  push(item: T): void {
    const items = this.#items;
    let index = items.push(item) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#swapIfBefore(index, parent)) return;
      index = parent;
    }
  }

  shift(): T | undefined {
    const items = this.#items;
    const [first] = items;
    const last = items.pop();
    if (items.length === 0 || last === undefined) return first;
    items[0] = last;
    for (let index = 0; ; ) {
      const left = 2 * index + 1;
      const right = left + 1;
      const least = right < items.length && this.#isItemBefore(right, left) ? right : left;
      if (least >= items.length || !this.#swapIfBefore(least, index)) return first;
      index = least;
    }
  }

  #isItemBefore(one: number, other: number): boolean {
    return this.isBefore(this.#items[one] as T, this.#items[other] as T);
  }

  #swapIfBefore(one: number, other: number): boolean {
    if (!this.#isItemBefore(one, other)) return false;
    const items = this.#items;
    [items[one], items[other]] = [items[other] as T, items[one] as T];
    return true;
  }
}
