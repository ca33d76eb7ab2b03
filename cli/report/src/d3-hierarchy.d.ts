// What this page uses of d3-hierarchy, which comes without types.
declare module "d3-hierarchy" {
  export interface Node<Data> {
    data: Data;
    depth: number;
    value?: number;
    parent: Node<Data> | null;
    children?: Node<Data>[];
    x0: number;
    y0: number;
    x1: number;
    y1: number;
    sum(value: (data: Data) => number): this;
    sort(compare: (a: Node<Data>, b: Node<Data>) => number): this;
    each(visit: (node: Node<Data>) => void): this;
  }
  export function hierarchy<Data>(data: Data, children: (data: Data) => Data[] | null | undefined): Node<Data>;
  export interface Treemap<Data> {
    (root: Node<Data>): Node<Data>;
    size(size: [number, number]): this;
    round(round: boolean): this;
    paddingInner(padding: number | ((node: Node<Data>) => number)): this;
    paddingOuter(padding: number | ((node: Node<Data>) => number)): this;
    paddingTop(padding: number | ((node: Node<Data>) => number)): this;
  }
  export function treemap<Data>(): Treemap<Data>;
}
