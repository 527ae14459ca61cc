// Who comes first in a cell.

export const rank = (values, j) => 1 + values.filter((value) => value > values[j]).length;

export const highest = (values) => values.indexOf(Math.max(...values));
