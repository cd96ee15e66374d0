// Written from geo.views.rug.payload; `pytest tests/views/rug/test_payload.py` tells when to again.

/** An indicator in words: `of` what its counts are made; `high` values good (1), bad (-1), 0. */
export interface IndicatorFacts {
  name: string;
  group: string;
  unit: string;
  period: string;
  who: string;
  benchmark: string;
  of: string;
  high: -1 | 0 | 1;
}

/** An area; one of reference stands beside the others and is not counted among them. */
export interface AreaFacts {
  name: string;
  group: string;
  reference: boolean;
}

/** A benchmark beside the first, what its value is in each indicator, or in each cell.

The classes are a letter a cell, "a" for the first of `order`; `title` is the finding by it. */
export interface BenchmarkFacts {
  name: string;
  title: string;
  classes: string;
  values: string[];
}

/** What the script needs beside the table: classes from worst to best, facts, words of cells. */
export interface RugData {
  across: boolean;
  benchmark: string;
  quintiles: boolean;
  labels: Record<string, string>;
  order: string[];
  summed: string[];
  bad: string[];
  columns_on_a4: number;
  indicators: IndicatorFacts[];
  areas: AreaFacts[];
  cells: string[][];
  notes: string[];
  among: string[];
  others: BenchmarkFacts[];
}
