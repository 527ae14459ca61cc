// Formulas of a cell, and who comes first in it.

import { mo, row } from "../../stage/formulas.js";

export const inside = (formula) => formula.slice(1).filter((part) => Array.isArray(part));

export const lengthOf = (formula) => row(mo("‖"), ...inside(formula), mo("‖"));

export const rank = (values, j) => 1 + values.filter((value) => value > values[j]).length;

export const highest = (values) => values.indexOf(Math.max(...values));
