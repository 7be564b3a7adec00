/** What a projection needs of a partition: the records of [from, to), interpreted again from their source or as they were received. */
export type Range = {
  projection: string;
  topic: string;
  partition: number;
  from: number;
  to: number;
  reread: boolean;
};

/** Records that are read once, for all the projections that need them. */
export type Part = Omit<Range, "projection"> & { projections: readonly string[] };

/** Cuts the ranges into parts of at most `size` records in which every record is wanted by the same projections. */
export function planParts(ranges: readonly Range[], size: number): Part[] {
  const lanes = Map.groupBy(ranges, ({ topic, partition, reread }) => `${topic}/${partition}/${reread}`);
  return [...lanes.values()].flatMap((lane) => {
    const [head] = lane;
    if (head === undefined) return [];
    const edges = [...new Set(lane.flatMap(({ from, to }) => [from, to]))].sort((a, b) => a - b);
    return edges.flatMap((start, at) => {
      const end = edges[at + 1] ?? start;
      const wanting = lane.filter(({ from, to }) => from <= start && end <= to);
      const projections = [...new Set(wanting.map(({ projection }) => projection))];
      if (projections.length === 0) return [];
      const { topic, partition, reread } = head;
      return cuts(start, end, size).map(([from, to]) => ({
        topic,
        partition,
        reread,
        from,
        to,
        projections,
      }));
    });
  });
}

function cuts(start: number, end: number, size: number): [from: number, to: number][] {
  return Array.from({ length: Math.ceil((end - start) / size) }, (_, at) => [
    start + at * size,
    Math.min(end, start + (at + 1) * size),
  ]);
}

export const recordsIn = (parts: readonly { from: number; to: number }[]): number =>
  parts.reduce((sum, { from, to }) => sum + Math.max(0, to - from), 0);
